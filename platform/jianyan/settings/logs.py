"""Logging: one line per event; readable on a terminal, JSON in production. None carries what is personal.

People are in it by their number, texts and keys not at all. Libraries that would write down what passes through them
are kept from it whatever LOG_LEVEL says. What exceptions say is cut: PostgreSQL quotes the row that it refused, and a
template that misses a word all that it was given. Mobile numbers are masked wherever they come from, and so is what
opens a referral to whoever has the address.
"""

from __future__ import annotations

import os
import re
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

MOBILE = re.compile(r"(?<![0-9A-Za-z])((?:86)?1[3-9])\d{9}(?![0-9A-Za-z])")
SIGNED_LINK = re.compile(r"(?<=/r/)[0-9a-f]{32}[^/\s\"']+")
DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)
DETAIL_OF_A_LINE = re.compile(r"DETAIL:.*")
WITHOUT_DETAIL = "DETAIL: …"
LONGEST_EXCEPTION = 200
# At DEBUG they write statements with their values, whole pages' contexts, headers with cookies, or frames.
TALKATIVE = ("django.db.backends", "django.template", "uvicorn", "websockets")


def configure(*, json: bool, level: str, worker: str = "") -> dict[str, Any]:
    """Set structlog up and give Django's LOGGING; both write the same lines to standard error.

    `level` is a logging level name. With `json`, each line is one JSON object. `worker`: the number of this process
    among those that the supervisor started, in each line beside its process id.
    """
    shared = shared_processors(worker)
    structlog.configure(
        processors=[
            # First: what is not written costs nothing.
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Without the values of local variables: they hold passwords and tokens.
    endings: list[Any] = (
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            leave_out_details,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if json
        else [
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            leave_out_details_of_lines,
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *endings,
                    mask_mobile_numbers,
                    mask_signed_links,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers off: everything goes up to the root, once.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "daphne": {"level": "WARNING"},
            # It repeats every attempt; the one that fails for good is an error of its own.
            "psycopg.pool": {"level": "ERROR"},
            **{name: {"level": "INFO" if level == "DEBUG" else level} for name in TALKATIVE},
        },
    }


def shared_processors(worker: str) -> list[Any]:
    """What every line is given, whether it comes from us or from a library."""
    process: dict[str, object] = {"worker": int(worker)} if worker.isdecimal() else {}

    def add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Which process speaks; asked each time, since it may have been forked."""
        event.update(process, pid=os.getpid())
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        add_process,
    ]


def leave_out_details(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An event without what a database quotes, and with the beginning of what each exception says."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = DETAIL.sub(WITHOUT_DETAIL, value)
    for exception in event.get("exception", ()):
        said = DETAIL.sub(WITHOUT_DETAIL, exception["exc_value"])
        exception["exc_value"] = f"{said[:LONGEST_EXCEPTION]}…" if len(said) > LONGEST_EXCEPTION else said
    return event


def leave_out_details_of_lines(_logger: WrappedLogger, _method: str, text: str) -> str:
    """The same for what a terminal is shown; there exceptions are not cut."""
    return DETAIL_OF_A_LINE.sub(WITHOUT_DETAIL, text)


def mask_mobile_numbers(_logger: WrappedLogger, _method: str, text: str) -> str:
    """The finished text without anybody's mobile number."""
    return MOBILE.sub(r"\1*********", text)


def mask_signed_links(_logger: WrappedLogger, _method: str, text: str) -> str:
    """The finished text without what comes after /r/ in an address by which a department answers."""
    return SIGNED_LINK.sub("…", text)
