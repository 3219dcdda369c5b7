"""One open socket as the hub and the intake know it: who reads, how far they are, and where their frames go."""

from __future__ import annotations

from django.utils import translation

from consultations.errors import Refused
from consultations.queries.facts import PeopleFact
from jianyan import metrics
from jianyan.accounts.roles import Actor

from .admission import Admission
from .outlets import Frame, Outlet
from .protocol import FromServer, encode, refusal


class Listener:
    """`sent_revision` is None until the welcome has been sent, and while another one is being made.

    `counted`: whether somebody sits before it who is here; nobody does before a screen on the wall.
    `asked_since`: asked for a welcome while the last frames had not left yet; it is made when they have.
    `own_is_stale`: what only this person is told has changed elsewhere, so the next frame has to carry it.
    `sent_at`: seconds of the monotonic clock, when it was last sent where the topic stands.
    `behind_since`: likewise, None while the reader keeps up.
    """

    __slots__ = (
        "actor",
        "asked_since",
        "behind_since",
        "closed",
        "counted",
        "has_voice",
        "language",
        "outlet",
        "own_is_stale",
        "sent_at",
        "sent_people",
        "sent_revision",
        "standing",
        "topic_id",
    )

    def __init__(
        self, topic_id: int, admission: Admission, outlet: Outlet, language: str, *, counted: bool = True
    ) -> None:
        self.topic_id = topic_id
        self.actor: Actor | None = admission.actor
        self.standing = admission.standing
        self.has_voice = admission.has_voice
        self.outlet = outlet
        self.language = language
        self.counted = counted
        self.sent_revision: int | None = None
        self.sent_people: PeopleFact | None = None
        self.sent_at = 0.0
        self.asked_since: int | None = None
        self.own_is_stale = False
        self.behind_since: float | None = None
        self.closed = False

    @property
    def user_id(self) -> int | None:
        """Whose socket it is."""
        return self.actor.user_id if self.actor is not None else None

    def send(self, frame: Frame) -> None:
        """Send a frame that others may be sent, too."""
        if not self.closed:
            self.outlet.send(frame)

    def answer(self, frame: FromServer) -> None:
        """Send a frame that is for this reader alone."""
        if not self.closed:
            self.outlet.send(Frame(encode(frame)))

    def refuse(self, refused: Refused, ref: str | None) -> None:
        """Say in the reader's language what was not granted."""
        metrics.refused(refused.code)
        with translation.override(self.language):
            self.answer(refusal(refused, ref))

    def close(self, code: int) -> None:
        """End the connection with that code; nothing is sent from now on."""
        if not self.closed:
            self.closed = True
            self.outlet.close(code)
