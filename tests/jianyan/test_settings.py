"""What is wrong in the environment is said in one sentence per language, before anything starts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, jianyan_environment, run_jianyan

# Each starts a process, and what all of these do is begin.
pytestmark = pytest.mark.usefixtures("unmeasured_module")

GOOD_SECRET = "kT5vX0bQm2LrW9sYhZ3nC7dF1gJ4pAe6uRi8oVxNqMwBzKtHyS"
PRODUCTION = {"JIANYAN_ENV": "prod", "SECRET_KEY": GOOD_SECRET, "ALLOWED_HOSTS": "jianyan.example"}
MAIL = {
    "EMAIL_URL": "smtp+tls://jianyan:p%40ss@mail.example",
    "EMAIL_FROM": "建言 <jianyan@county.example>",
    "SITE_URL": "https://jianyan.example/",
}


def settings(**variables: str) -> dict[str, object]:
    """Some settings as another process sees them under these variables."""
    program = """
import json, django
from django.conf import settings
from jianyan.environment import use_settings
use_settings()
django.setup()
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=jianyan_environment(**variables),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("variables", "zh", "en"),
    [
        (
            PRODUCTION | {"SECRET_KEY": ""},
            "SECRET_KEY：正式运行必须设置，且为不少于 50 个字符的随机串（可用 jianyan secret 生成）。",
            "SECRET_KEY: must be set in production, to at least 50 random characters (`jianyan secret` makes one).",
        ),
        (
            PRODUCTION | {"SECRET_KEY": "a" * 60},
            "SECRET_KEY：正式运行必须设置，且为不少于 50 个字符的随机串（可用 jianyan secret 生成）。",
            "SECRET_KEY: must be set in production, to at least 50 random characters (`jianyan secret` makes one).",
        ),
        (
            PRODUCTION | {"ALLOWED_HOSTS": ""},
            "ALLOWED_HOSTS：正式运行必须写明网站的域名，多个用逗号分隔，不能是 *。",
            "ALLOWED_HOSTS: must name the site's host names in production, separated by commas, and not be *.",
        ),
        (
            PRODUCTION | {"DEBUG": "1"},
            "DEBUG：正式运行不能打开。",
            "DEBUG: must be off in production.",
        ),
        (
            PRODUCTION | {"HSTS_SECONDS": "-1"},
            "HSTS_SECONDS：应是 0 到 63072000 之间的整数。",
            "HSTS_SECONDS: must be a whole number from 0 to 63072000.",
        ),
        ({"DEBUG": "perhaps"}, "DEBUG：只能是 1 或 0。", "DEBUG: must be 1 or 0."),
        (
            {"PORT": "eighty"},
            "PORT：应是 0 到 65535 之间的整数。",
            "PORT: must be a whole number from 0 to 65535.",
        ),
        (
            {"DATABASE_URL": "mysql://u@h/x"},
            "DATABASE_URL：应形如 postgresql://用户:口令@主机:5432/库名 或 sqlite:////绝对路径。",
            "DATABASE_URL: must look like postgresql://user:password@host:5432/name or sqlite:////absolute/path.",
        ),
        (
            {"DATABASE_URL": "postgresql://u@h:port/x"},
            "DATABASE_URL：应形如 postgresql://用户:口令@主机:5432/库名 或 sqlite:////绝对路径。",
            "DATABASE_URL: must look like postgresql://user:password@host:5432/name or sqlite:////absolute/path.",
        ),
        (
            {"DATABASE_URL": "postgresql://u@h"},
            "DATABASE_URL：应形如 postgresql://用户:口令@主机:5432/库名 或 sqlite:////绝对路径。",
            "DATABASE_URL: must look like postgresql://user:password@host:5432/name or sqlite:////absolute/path.",
        ),
        (
            {"REDIS_URL": "localhost:6379"},
            "REDIS_URL：应形如 redis://主机:6379/0。",
            "REDIS_URL: must look like redis://host:6379/0.",
        ),
        (
            {"CSRF_TRUSTED_ORIGINS": "https://a.example,b.example"},
            "CSRF_TRUSTED_ORIGINS：每一项都要带 https://，这一项没有：b.example",
            "CSRF_TRUSTED_ORIGINS: every entry begins with https://, this one does not: b.example",
        ),
        (
            {"LOG_LEVEL": "loud"},
            "LOG_LEVEL：只能是 DEBUG、INFO、WARNING 或 ERROR。",
            "LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR.",
        ),
        (
            {"SENSITIVE_WORDS": "/nowhere/words.txt"},
            "SENSITIVE_WORDS：读不到文件 /nowhere/words.txt（No such file or directory）。",
            "SENSITIVE_WORDS: the file /nowhere/words.txt cannot be read (No such file or directory).",
        ),
        (
            {"SENSITIVE_WORDS": sys.executable},
            f"SENSITIVE_WORDS：文件不是 UTF-8 文本：{Path(sys.executable).absolute()}",
            f"SENSITIVE_WORDS: the file is not UTF-8 text: {Path(sys.executable).absolute()}",
        ),
        (
            {"JOURNAL_HASH": "md5"},
            "JOURNAL_HASH：只能是 sha256 或 sm3。",
            "JOURNAL_HASH: must be sha256 or sm3.",
        ),
        (
            {"SIMILARITY_ENDPOINT": "host/v1", "SIMILARITY_MODEL": "m"},
            "SIMILARITY_ENDPOINT：应形如 https://主机/v1/embeddings。",
            "SIMILARITY_ENDPOINT: must look like https://host/v1/embeddings.",
        ),
        (
            {"SIMILARITY_ENDPOINT": "http://127.0.0.1:9/v1/embeddings"},
            "SIMILARITY_MODEL：设置了 SIMILARITY_ENDPOINT 时必须写明所用的模型。",
            "SIMILARITY_MODEL: must name a model where SIMILARITY_ENDPOINT is set.",
        ),
        (
            {"JIANYAN_WORDING_URL": "host/v1", "JIANYAN_WORDING_MODEL": "m"},
            "JIANYAN_WORDING_URL：应形如 https://主机/v1/chat/completions。",
            "JIANYAN_WORDING_URL: must look like https://host/v1/chat/completions.",
        ),
        (
            {"JIANYAN_WORDING_URL": "http://127.0.0.1:9/v1/chat/completions"},
            "JIANYAN_WORDING_MODEL：设置了 JIANYAN_WORDING_URL 时必须写明所用的模型。",
            "JIANYAN_WORDING_MODEL: must name a model where JIANYAN_WORDING_URL is set.",
        ),
        (
            {"EMAIL_URL": "smtp://127.0.0.1"},
            "SITE_URL：设置了 EMAIL_URL 时必须写明网站的地址，邮件里的链接要用。",
            "SITE_URL: must be the site's address where EMAIL_URL is set: links in mails need it.",
        ),
        (
            {"SITE_URL": "jianyan.example"},
            "SITE_URL：应形如 https://jianyan.example。",
            "SITE_URL: must look like https://jianyan.example.",
        ),
        (
            MAIL | {"EMAIL_FROM": ""},
            "EMAIL_FROM：设置了 EMAIL_URL 时必须写明发件人，如 建言 <jianyan@county.example>。",
            "EMAIL_FROM: must name the sender where EMAIL_URL is set, such as Jianyan <jianyan@county.example>.",
        ),
        *(
            (
                MAIL | {"EMAIL_URL": url},
                "EMAIL_URL：应形如 smtp+tls://用户:口令@主机:587，或 smtp+ssl://…:465、smtp://…:25。",
                "EMAIL_URL: must look like smtp+tls://user:password@host:587, or smtp+ssl://…:465, or smtp://…:25.",
            )
            for url in ("smtps://mail.example", "mail.example:25", "smtp://mail.example:port", "smtp://")
        ),
        (
            {"JIANYAN_ENV": "production"},
            "JIANYAN_ENV：只能是 dev、test 或 prod，现在是“production”。",
            "JIANYAN_ENV: must be dev, test or prod, not 'production'.",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else value.split("：")[0].split(":")[0],
)
def test_a_bad_variable_is_named_in_both_languages_and_ends_with_2(
    variables: dict[str, str], zh: str, en: str
) -> None:
    done = run_jianyan("manage", "check", environment=jianyan_environment(**variables))
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (2, "", [zh, en])


def test_sm3_is_refused_where_openssl_has_none(tmp_path: Path) -> None:
    config = tmp_path / "openssl.cnf"
    config.write_text(
        "openssl_conf = all\n[all]\nalg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n"
    )
    for command in (("manage", "check"), ("serve",)):
        done = run_jianyan(
            *command, environment=jianyan_environment(JOURNAL_HASH="sm3", OPENSSL_CONF=str(config))
        )
        assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
            2,
            "",
            [
                "JOURNAL_HASH：本机的 OpenSSL 没有 sm3，请换用含 SM3 的 OpenSSL（1.1.1 或更新，未禁用国密算法）。",
                "JOURNAL_HASH: OpenSSL has no sm3 here; SM3 needs version 1.1.1 or newer, built with it.",
            ],
        )


def test_the_server_interface_alone_refuses_in_the_same_way() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "daphne", "jianyan.asgi:application"],
        env=jianyan_environment(**(PRODUCTION | {"ALLOWED_HOSTS": "*"})),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "ALLOWED_HOSTS: must name the site's host names in production" in done.stderr


def test_production_passes_djangos_own_deployment_check() -> None:
    environment = jianyan_environment(**PRODUCTION)
    done = run_jianyan("manage", "check", "--deploy", "--fail-level", "WARNING", environment=environment)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_production_cookies_are_bound_to_the_host_and_to_https() -> None:
    found = settings(**PRODUCTION)
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is found["SECURE_HSTS_PRELOAD"] is True
    assert found["SECURE_PROXY_SSL_HEADER"] is None


def test_https_may_be_promised_for_this_host_alone() -> None:
    found = settings(**PRODUCTION, HSTS_SUBDOMAINS="0")
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is found["SECURE_HSTS_PRELOAD"] is False


def test_forwarded_headers_count_only_where_proxies_were_announced() -> None:
    found = settings(**PRODUCTION, TRUSTED_PROXY_COUNT="1")
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_sqlite_is_the_default_and_is_durable() -> None:
    found = settings(JIANYAN_VAR="/tmp/somewhere")
    databases = found["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["NAME"] == "/tmp/somewhere/jianyan.sqlite3"
    assert databases["default"]["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
    }


def test_postgresql_uses_djangos_pool_and_redis_serves_cache_and_hints() -> None:
    found = settings(
        DATABASE_URL="postgresql://u:p@db:5433/j?sslmode=require", REDIS_URL="redis://cache:6379/2"
    )
    databases, layers, caches = found["DATABASES"], found["CHANNEL_LAYERS"], found["CACHES"]
    assert isinstance(databases, dict)
    assert isinstance(layers, dict)
    assert isinstance(caches, dict)
    entry = databases["default"]
    assert (entry["HOST"], entry["PORT"], entry["NAME"], entry["USER"]) == ("db", 5433, "j", "u")
    assert entry["OPTIONS"] == {
        "pool": {"min_size": 2, "max_size": 16, "timeout": 3, "reconnect_timeout": 3},
        "sslmode": "require",
    }
    assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"]) == (0, True)
    assert layers["default"]["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layers["default"]["CONFIG"] == {
        "hosts": [{"address": "redis://cache:6379/2", "socket_timeout": None}]
    }
    assert caches["default"]["LOCATION"] == "redis://cache:6379/2"


def test_debug_can_be_switched_on_in_development_only() -> None:
    assert settings(DEBUG="yes")["DEBUG"] is True
    assert settings(DEBUG="off")["DEBUG"] is False


def test_mail_goes_out_only_where_a_server_is_named() -> None:
    assert settings()["MAILS"] is False
    found = settings(**MAIL)
    names = ("MAILS", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS")
    assert [found[name] for name in names] == [True, "mail.example", 587, "jianyan", "p@ss", True]
    assert (found["EMAIL_BACKEND"], found["EMAIL_USE_SSL"], found["SITE_URL"]) == (
        "django.core.mail.backends.smtp.EmailBackend",
        False,
        "https://jianyan.example",
    )
    encrypted = settings(**MAIL | {"EMAIL_URL": "smtp+ssl://mail.example:4650"})
    assert [encrypted[name] for name in ("EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")] == [
        4650,
        False,
        True,
    ]
