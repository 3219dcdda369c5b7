"""What all environments share. The only place that reads the environment; each variable is in docs/operating.md."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from jianyan.environment import refuse
from jianyan.settings import databases, logs, mails, places

env = environ.Env()


def switch(variable: str, *, default: bool) -> bool:
    """A yes-or-no variable; exits with 2 on a word that is neither."""
    word = env.str(variable, default="").strip().lower()
    if word in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not word else word in {"1", "true", "yes", "on"}
    refuse(variable, zh="只能是 1 或 0。", en="must be 1 or 0.")


def whole_number(variable: str, *, default: int, lowest: int, highest: int) -> int:
    """An integer variable within bounds, both inclusive; exits with 2 otherwise."""
    try:
        number = env.int(variable, default=default) if env.str(variable, default="") else default
    except (ValueError, ImproperlyConfigured):
        number = lowest - 1
    if lowest <= number <= highest:
        return number
    refuse(
        variable,
        zh=f"应是 {lowest} 到 {highest} 之间的整数。",
        en=f"must be a whole number from {lowest} to {highest}.",
    )


def networks(variable: str, *, default: str) -> list[IPv4Network | IPv6Network]:
    """A variable that lists addresses and networks, separated by commas; exits with 2 on anything else."""
    text = env.str(variable, default="").strip() or default
    try:
        return [ip_network(part.strip()) for part in text.split(",")]
    except ValueError as error:
        refuse(
            variable,
            zh=f"应为用逗号分隔的地址或网段，如 10.0.0.5,10.1.0.0/16；有误的是：{error}",
            en=f"must list addresses or networks like 10.0.0.5,10.1.0.0/16; what is wrong: {error}",
        )


def is_redis_url(url: str) -> bool:
    """Whether it looks like redis://host:6379/0; rediss and unix will do as well."""
    try:
        parts = urlsplit(url)
        number = parts.port
    except ValueError:
        return False
    return parts.scheme in {"redis", "rediss", "unix"} and number != 0 and bool(parts.hostname or parts.path)


def is_site_url(url: str) -> bool:
    """Whether it looks like https://host, with or without a port; http will do as well."""
    try:
        parts = urlsplit(url)
        number = parts.port
    except ValueError:
        return False
    at_the_root = not (parts.path or parts.query or parts.fragment or parts.username)
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and number != 0 and at_the_root


def is_http_url(url: str) -> bool:
    """Whether it is an address of HTTP or HTTPS, without a password in it."""
    try:
        parts = urlsplit(url)
        number = parts.port
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and number != 0 and not parts.username


def readable_text(variable: str) -> Path | None:
    """A variable that names a file of UTF-8 text, None where it is unset; exits with 2 when that cannot be read."""
    name = env.str(variable, default="").strip()
    if not name:
        return None
    path = Path(name).expanduser().absolute()
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        refuse(variable, zh=f"文件不是 UTF-8 文本：{path}", en=f"the file is not UTF-8 text: {path}")
    except OSError as error:
        refuse(
            variable,
            zh=f"读不到文件 {path}（{error.strerror}）。",
            en=f"the file {path} cannot be read ({error.strerror}).",
        )
    return path


def hashes(algorithm: str) -> bool:
    """Whether this machine's Python can compute that hash."""
    try:
        hashlib.new(algorithm)
    except ValueError:
        return False
    return True


# ── Environment ───────────────────────────────────────────────────────────────────────────────────────────────────

SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEBUG = switch("DEBUG", default=False)
PORT = whole_number("PORT", default=8000, lowest=0, highest=65535)
VAR = Path(env.str("JIANYAN_VAR", default="") or places.DEFAULT_VAR).expanduser().absolute()
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="").lower()
# Its number among the processes of one `serve`, which sets it; in every line of the log.
WORKER = env.str("JIANYAN_WORKER", default="")
METRICS_ALLOW: list[IPv4Network | IPv6Network] = networks("METRICS_ALLOW", default="127.0.0.0/8,::1")
# What the journals of new topics are chained with: SHA-256, or SM3 (GB/T 32905) where the operator must.
JOURNAL_HASH = env.str("JOURNAL_HASH", default="").strip().lower() or "sha256"
# Where mail goes out; without it, none does. EMAIL_FROM and SITE_URL are in every mail.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_FROM = env.str("EMAIL_FROM", default="")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
# The operator's list of words that bring a text before the moderators; None: no list.
SENSITIVE_WORDS: Path | None = readable_text("SENSITIVE_WORDS")
# An operator's endpoint for embeddings, which may reorder similar suggestions; without it no text leaves the machine.
SIMILARITY_ENDPOINT = env.str("SIMILARITY_ENDPOINT", default="").strip()
SIMILARITY_KEY = env.str("SIMILARITY_KEY", default="").strip()
SIMILARITY_MODEL = env.str("SIMILARITY_MODEL", default="").strip()
# An operator's language model, which may propose how a section of a summary is worded; without it no text leaves, too.
WORDING_URL = env.str("JIANYAN_WORDING_URL", default="").strip()
WORDING_KEY = env.str("JIANYAN_WORDING_KEY", default="").strip()
WORDING_MODEL = env.str("JIANYAN_WORDING_MODEL", default="").strip()
# Scans of what members hand in on paper: beside the database, never where the web server looks for files.
SCANS = Path(env.str("SCANS", default="") or VAR / "scans").expanduser().absolute()
SCAN_MOST_BYTES = whole_number("SCAN_MEGABYTES", default=10, lowest=1, highest=100) * 1024 * 1024
# How many reverse proxies stand before the server: X-Forwarded-For counts only that far from the right.
TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", default=0, lowest=0, highest=10)

if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    refuse(
        "LOG_LEVEL", zh="只能是 DEBUG、INFO、WARNING 或 ERROR。", en="must be DEBUG, INFO, WARNING or ERROR."
    )
if LOG_FORMAT not in {"", "console", "json"}:
    refuse("LOG_FORMAT", zh="只能是 console 或 json。", en="must be console or json.")
if JOURNAL_HASH not in {"sha256", "sm3"}:
    refuse("JOURNAL_HASH", zh="只能是 sha256 或 sm3。", en="must be sha256 or sm3.")
if not hashes(JOURNAL_HASH):
    refuse(
        "JOURNAL_HASH",
        zh=f"本机的 OpenSSL 没有 {JOURNAL_HASH}，请换用含 SM3 的 OpenSSL（1.1.1 或更新，未禁用国密算法）。",
        en=f"OpenSSL has no {JOURNAL_HASH} here; SM3 needs version 1.1.1 or newer, built with it.",
    )
if REDIS_URL and not is_redis_url(REDIS_URL):
    refuse("REDIS_URL", zh="应形如 redis://主机:6379/0。", en="must look like redis://host:6379/0.")
if SITE_URL and not is_site_url(SITE_URL):
    refuse("SITE_URL", zh="应形如 https://jianyan.example。", en="must look like https://jianyan.example.")
if EMAIL_URL and not SITE_URL:
    refuse(
        "SITE_URL",
        zh="设置了 EMAIL_URL 时必须写明网站的地址，邮件里的链接要用。",
        en="must be the site's address where EMAIL_URL is set: links in mails need it.",
    )
if SIMILARITY_ENDPOINT and not is_http_url(SIMILARITY_ENDPOINT):
    refuse(
        "SIMILARITY_ENDPOINT",
        zh="应形如 https://主机/v1/embeddings。",
        en="must look like https://host/v1/embeddings.",
    )
if SIMILARITY_ENDPOINT and not SIMILARITY_MODEL:
    refuse(
        "SIMILARITY_MODEL",
        zh="设置了 SIMILARITY_ENDPOINT 时必须写明所用的模型。",
        en="must name a model where SIMILARITY_ENDPOINT is set.",
    )
if WORDING_URL and not is_http_url(WORDING_URL):
    refuse(
        "JIANYAN_WORDING_URL",
        zh="应形如 https://主机/v1/chat/completions。",
        en="must look like https://host/v1/chat/completions.",
    )
if WORDING_URL and not WORDING_MODEL:
    refuse(
        "JIANYAN_WORDING_MODEL",
        zh="设置了 JIANYAN_WORDING_URL 时必须写明所用的模型。",
        en="must name a model where JIANYAN_WORDING_URL is set.",
    )
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("https://", "http://")):
        refuse(
            "CSRF_TRUSTED_ORIGINS",
            zh=f"每一项都要带 https://，这一项没有：{origin}",
            en=f"every entry begins with https://, this one does not: {origin}",
        )

# ── Applications ──────────────────────────────────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "jianyan.accounts",
    "consultations",
    "realtime",
]

MIDDLEWARE = [
    "jianyan.probes.ProbesMiddleware",
    "jianyan.log_context.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "realtime.watch.WatchMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "consultations.views.refusals.RefusalMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "jianyan.accounts.first_password.FirstPasswordMiddleware",
]

ROOT_URLCONF = "jianyan.urls"
ASGI_APPLICATION = "jianyan.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [places.TEMPLATES],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "jianyan.appearance.appearance",
                "consultations.context.staff_links",
                "consultations.context.unread",
            ],
        },
    }
]

# ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────────

DATABASES: dict[str, dict[str, Any]] = {
    "default": databases.from_url(DATABASE_URL) if DATABASE_URL else databases.sqlite(VAR / "jianyan.sqlite3")
}

CACHES: dict[str, dict[str, Any]]
CHANNEL_LAYERS: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "jianyan.caching.RedisOrMemory",
            "LOCATION": REDIS_URL,
            # Seconds: a page that waits for what only counts would be worse than no count.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # None: redis-py 8 would otherwise close a subscription that is merely quiet for five seconds.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

MEDIA_ROOT = VAR / "media"
MEDIA_URL = "media/"

# ── Mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────

MAILS: bool = bool(EMAIL_URL)
if MAILS:
    mails.require_sender(EMAIL_FROM)
    outgoing = mails.from_url(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = outgoing.host
    EMAIL_PORT = outgoing.port
    EMAIL_HOST_USER = outgoing.user
    EMAIL_HOST_PASSWORD = outgoing.password
    EMAIL_USE_TLS = outgoing.starttls
    EMAIL_USE_SSL = outgoing.tls
    DEFAULT_FROM_EMAIL = EMAIL_FROM
# Seconds for each word of the server: no longer than requests have when the site ends.
EMAIL_TIMEOUT = 10

# ── Language and time ─────────────────────────────────────────────────────────────────────────────────────────────

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [places.PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# ── Static files ──────────────────────────────────────────────────────────────────────────────────────────────────

STATIC_URL = "static/"
STATIC_ROOT: Path | None = VAR / "static"
if SCANS.is_relative_to(VAR / "static"):
    refuse("SCANS", zh="不能位于静态文件目录之内。", en="must not lie in the directory of static files.")
STATICFILES_DIRS = [places.PACKAGE / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jianyan.staticfiles.HashedStaticFiles"},
}

# ── Signing in ────────────────────────────────────────────────────────────────────────────────────────────────────

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["jianyan.accounts.backends.PhoneOrUsernameBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "jianyan.accounts.password_words.MinimumLength", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jianyan.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "jianyan.accounts.forms.LoginForm",
    "change_password": "jianyan.accounts.forms.ChangePasswordForm",
    "set_password": "jianyan.accounts.forms.SetPasswordForm",
    "reauthenticate": "jianyan.accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
# A full hall signs in within minutes from one address, so an address may try often, but each name only seldom.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "120/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_FORMS = {
    "authenticate": "jianyan.accounts.forms.CodeForm",
    "reauthenticate": "jianyan.accounts.forms.CodeAgainForm",
    "activate_totp": "jianyan.accounts.forms.ActivateCodesForm",
    "add_webauthn": "jianyan.accounts.forms.AddKeyForm",
    "edit_webauthn": "jianyan.accounts.forms.EditKeyForm",
}
MFA_TOTP_ISSUER = "Jianyan"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

# ── Security ──────────────────────────────────────────────────────────────────────────────────────────────────────

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        # 'self' covers the page's own WebSockets in every browser since 2022.
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
# On whose pages a topic's result may stand in a frame.
EMBEDDED_IN = env.list("EMBEDDED_IN", default=["*"])
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "consultations.views.refusals.no_token"
# Bodies are forms and rosters; uploads are bounded again where they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

LOGGING = logs.configure(json=LOG_FORMAT == "json", level=LOG_LEVEL, worker=WORKER)
LOGGING_CONFIG = "logging.config.dictConfig"
