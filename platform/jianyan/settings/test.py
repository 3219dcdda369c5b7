"""For the test suite: as in development, but quick at passwords and quiet."""

from __future__ import annotations

import os

from jianyan.settings import logs
from jianyan.settings.dev import *

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not MAILS:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A file, not memory: threads and the server see one database, as in real use; one per run, so that runs do not meet.
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"]["NAME"] = str(VAR / f"test-{os.getpid()}.sqlite3")
LOGGING = logs.configure(json=False, level="WARNING")
