"""Sending notifications by e-mail: a person's together, each at most once. All of them stay on the page as well.

They are marked as sent before they are, and unmarked when the server has refused them: whoever is killed in between
has sent one too few, never one twice.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jianyan.accounts.models import User

from ..enums import News
from ..models import Notification
from ..queries.notifications import Told, told

log = structlog.get_logger(__name__)

PAUSE = dt.timedelta(minutes=10)
"""Between two mails to one person."""
FIRST_DELAY = dt.timedelta(minutes=1)
"""Until a mail that was put off is tried again; from then on, as long as it has been waiting already."""
STALE = dt.timedelta(days=1)
"""What could not be sent for so long is not sent any more."""
ANSWERS_WANTED = (News.RETURNED, News.PROPOSED, News.COSIGN, News.TO_SIGN)
"""These wait for no pause: the topic may close before it is over."""
AT_A_TIME = 50
"""People in one round."""
SERVICE_ENDS = 421
PERMANENT = 500
"""From this answer on, a server says that it will never take the mail."""


@dataclass(frozen=True, slots=True)
class Round:
    """How many mails were sent, refused for good, and put off by the server."""

    sent: int = 0
    refused: int = 0
    put_off: int = 0

    def __bool__(self) -> bool:
        return self != Round()

    def __add__(self, other: Round) -> Round:
        return Round(self.sent + other.sent, self.refused + other.refused, self.put_off + other.put_off)


def send_mails(*, at: dt.datetime | None = None) -> Round:
    """Send what is due, to AT_A_TIME people at most; an empty round: nothing is due. Any number of processes may do so.

    Raises OSError where the server cannot be reached, or fails; what it has not said no to is then not sent again.
    """
    at = at or timezone.now()
    people = _due(at)
    if not people:
        return Round()
    done = Round()
    with get_connection() as server:
        for user_id in people:
            done += _send_to(user_id, server, at)
    return done


def _waiting(at: dt.datetime) -> QuerySet[Notification]:
    """Whatever was read on the page meanwhile need not be sent any more."""
    return Notification.objects.filter(
        Q(mail_after=None) | Q(mail_after__lte=at),
        mail=True,
        mailed_at=None,
        read_at=None,
        happened_at__gt=at - STALE,
        user__is_active=True,
        user__email__gt="",
    )


def _due(at: dt.datetime) -> list[int]:
    """Ids of people, whoever has been waiting longest first."""
    just_mailed = Notification.objects.filter(user=OuterRef("user"), mailed_at__gt=at - PAUSE)
    people = _waiting(at).filter(Q(kind__in=ANSWERS_WANTED) | ~Exists(just_mailed)).order_by()
    by_person = people.values("user_id").annotate(first=Min("pk")).order_by("first")
    return list(by_person.values_list("user_id", flat=True)[:AT_A_TIME])


@transaction.atomic
def _claim(user_id: int, at: dt.datetime) -> tuple[User, list[Notification]] | None:
    """Mark what waits for this person as sent; None where another process has them, or they were just mailed."""
    user = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=user_id).first()
    if user is None:
        return None
    rows = list(_waiting(at).filter(user=user).select_related("topic", "suggestion").order_by("pk"))
    urgent = any(row.kind in ANSWERS_WANTED for row in rows)
    just_mailed = Notification.objects.filter(user=user, mailed_at__gt=at - PAUSE)
    if not rows or (not urgent and just_mailed.exists()):
        return None
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)
    return user, rows


def _put_off(rows: Sequence[Notification], at: dt.datetime) -> None:
    waited = at - min(row.happened_at for row in rows)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
        mailed_at=None, mail_after=at + max(waited, FIRST_DELAY)
    )


def _send_to(user_id: int, server: BaseEmailBackend, at: dt.datetime) -> Round:
    claimed = _claim(user_id, at)
    if claimed is None:
        return Round()
    user, rows = claimed
    try:
        server.send_messages([_mail(user, rows)])
    except ValueError as error:
        # An address that no mail can carry.
        log.warning("mail not sent", user_id=user_id, reason=type(error).__name__)
        return Round(refused=1)
    except smtplib.SMTPSenderRefused:
        # Not this person's fault, and the next one's mail would fare no better.
        _put_off(rows, at)
        raise
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = _code(error)
        if code < PERMANENT:
            _put_off(rows, at)
        if code == SERVICE_ENDS:
            # In its own words the address is named, which is nothing for a log.
            raise ConnectionAbortedError(f"{code}: the mail server ends its service") from None
        log.warning("mail refused", user_id=user_id, code=code)
        return Round(put_off=1) if code < PERMANENT else Round(refused=1)
    except OSError:
        # It may have been taken or not. Once too few is better than twice: it is on the page as well.
        log.warning("mail in doubt", user_id=user_id)
        raise
    return Round(sent=1)


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code
    return max(code for code, _words in error.recipients.values())


def _mail(user: User, rows: Sequence[Notification]) -> EmailMessage:
    """In plain text, with what concerns its reader alone: sentences, reasons and links, no suggestion's text."""
    # The site does not know its people's languages.
    with translation.override(settings.LANGUAGE_CODE):
        news = told(rows)
        context = {"name": user.display_name, "news": news, "site": settings.SITE_URL}
        return EmailMessage(
            subject=_subject(news),
            body=render_to_string("consultations/notifications/mail.txt", context),
            from_email=settings.EMAIL_FROM,
            to=[user.email],
            headers={
                "List-Unsubscribe": f"<{settings.SITE_URL}{reverse('consultations:notification_settings')}>",
                # No holiday reply to this.
                "Auto-Submitted": "auto-generated",
            },
        )


def _subject(news: Sequence[Told]) -> str:
    return news[0].words if len(news) == 1 else _("%(count)s notifications") % {"count": len(news)}
