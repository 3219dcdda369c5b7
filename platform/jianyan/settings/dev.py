"""For trying out and developing on one machine: no secrets to set, no collectstatic, plain http."""

from __future__ import annotations

from jianyan.settings.base import *

SECRET_KEY = SECRET_KEY or "for-development-only-and-refused-in-production-0123456789"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["*"]

# Served from where they lie, under their own names.
STATIC_ROOT = None
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
# Looked at for each request: a file that became shorter since the start would be announced with its old length, and
# the browser would wait for the rest.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 0
if not MAILS:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
