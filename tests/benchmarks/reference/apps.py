"""The yardstick's application."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Its models and its consumer."""

    name = "tests.benchmarks.reference"
    label = "reference"
