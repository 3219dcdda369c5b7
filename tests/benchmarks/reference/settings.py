"""Settings of the yardstick. BENCH_DATABASE is the path of its SQLite file."""

from __future__ import annotations

import os
from pathlib import Path

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
DATABASES = {"default": databases.sqlite(Path(os.environ["BENCH_DATABASE"]))}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
