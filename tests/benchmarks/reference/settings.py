"""Settings of the yardstick. DATABASE_URL as for our server; BENCH_FORM says which of its consumers serves."""

from __future__ import annotations

import os

from jianyan.settings import databases

SECRET_KEY = "for-measurements-only"
ALLOWED_HOSTS = ["*"]
DEBUG = False
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "tests.benchmarks.reference.apps.ReferenceConfig",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "tests.benchmarks.reference.urls"
ASGI_APPLICATION = "tests.benchmarks.reference.asgi.application"
# Durable writes for both: an acknowledged vote survives a power cut.
DATABASES = {"default": databases.from_url(os.environ["DATABASE_URL"])}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
