"""For real use: everything that must be set is asked for by name, and everything travels over https."""

from __future__ import annotations

from jianyan.environment import refuse
from jianyan.settings import logs
from jianyan.settings.base import *

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "development" in SECRET_KEY:
    refuse(
        "SECRET_KEY",
        zh="正式运行必须设置，且为不少于 50 个字符的随机串（可用 jianyan secret 生成）。",
        en="must be set in production, to at least 50 random characters (`jianyan secret` makes one).",
    )
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    refuse(
        "ALLOWED_HOSTS",
        zh="正式运行必须写明网站的域名，多个用逗号分隔，不能是 *。",
        en="must name the site's host names in production, separated by commas, and not be *.",
    )
if DEBUG:
    refuse("DEBUG", zh="正式运行不能打开。", en="must be off in production.")

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = whole_number("HSTS_SECONDS", default=31_536_000, lowest=0, highest=63_072_000)
# Only where nothing below the host answers over plain http; a preload list takes a host with all that is below it.
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# __Host-: the browser itself insists on https, on this host alone and on the whole site.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

LOGGING = logs.configure(json=LOG_FORMAT != "console", level=LOG_LEVEL, worker=WORKER)
