"""Where a moderator is at the desk: kept in the address, so that a reload, a form and a colleague find it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from ..queries.desk import PAGE, SHELVES, WAITING

PICKED = 500
"""Suggestions that one request may be about."""

VIEWS = ("queue", "item", "controls")
"""What a narrow screen shows of the three."""


def from_htmx(request: HttpRequest) -> bool:
    """Whether regions of the page are asked for; going back in history asks for the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


@dataclass(frozen=True, slots=True)
class Place:
    """The shelf shown, the search in it, how many rows, the opened suggestion; and what a phone shows."""

    topic_id: int
    shelf: str = WAITING
    search: str = ""
    limit: int = PAGE
    item: int | None = None
    view: str = "queue"
    anyway: bool = False

    @classmethod
    def of(cls, request: HttpRequest, topic_id: int) -> Place:
        """From the fields of the request; what they leave out is taken from the address the browser shows."""
        fields = QueryDict(mutable=True)
        if from_htmx(request):
            # The page's address is always current, while hidden fields may be older than the shelf beside them.
            query = request.headers.get("HX-Current-URL", "").partition("#")[0].partition("?")[2]
            shown = QueryDict(query).dict()
            gone = {"view"} | ({"anyway"} if "item" in request.GET else set())
            fields.update({name: value for name, value in shown.items() if name not in gone})
        else:
            fields.update(request.POST.dict())
        fields.update(request.GET.dict())
        shelf, item, limit = fields.get("shelf", ""), whole(fields.get("item")), whole(fields.get("limit"))
        view = fields.get("view", "")
        return cls(
            topic_id=topic_id,
            shelf=shelf if shelf in SHELVES else WAITING,
            # PostgreSQL takes no NUL, and nobody searches for what cannot be printed.
            search="".join(sign for sign in fields.get("q", "") if sign.isprintable()).strip()[:100],
            limit=max(PAGE, min(limit or PAGE, 5000)),
            item=item,
            view=view if view in VIEWS else ("item" if item is not None else "queue"),
            anyway=fields.get("anyway") == "1",
        )

    def at_item(self, item: int | None) -> Place:
        """The same shelf with that suggestion opened, or none."""
        return replace(self, item=item, view="item", anyway=self.anyway and item == self.item)

    @property
    def kept(self) -> dict[str, str]:
        """The shelf, its search and its length where they are not the usual ones: hidden fields of every form."""
        fields = {
            "shelf": self.shelf if self.shelf != WAITING else "",
            "q": self.search,
            "limit": str(self.limit) if self.limit != PAGE else "",
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def address(self) -> str:
        """The desk's address up to and including the question mark."""
        return reverse("consultations:desk", args=[self.topic_id]) + "?"

    @property
    def query(self) -> str:
        """The shelf and its search, to which an item may be added: empty, or `shelf=…&q=…&`."""
        return urlencode(self.kept) + "&" if self.kept else ""

    @property
    def url(self) -> str:
        """The address of the desk at this place."""
        return self.url_with(**({"anyway": "1"} if self.anyway else {}))

    @property
    def anyway_url(self) -> str:
        """The same place, deciding on what another moderator has open."""
        return self.url_with(anyway="1")

    @property
    def list_url(self) -> str:
        """The same shelf, on a phone without the opened suggestion before it."""
        return self.url_with(view="queue")

    @property
    def controls_url(self) -> str:
        """The same place, on a phone with the controls before it."""
        return self.url_with(view="controls")

    def url_with(self, **more: str) -> str:
        """The address with further fields."""
        item = {"item": str(self.item)} if self.item is not None else {}
        fields = urlencode(self.kept | item | more)
        return self.address + fields if fields else self.address.rstrip("?")


def whole(text: str | None) -> int | None:
    """The positive integer that the text is, within what a database column holds; None for any other text."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return None
    return int(text) or None


def joined(*parts: str) -> str:
    """A ready reason and one's own words as one text, with a blank between."""
    return " ".join(part for part in parts if part.strip())


def picked(fields: QueryDict, name: str) -> dict[int, str]:
    """What fields of that name say of suggestions: id → what follows the colon. Others are left out."""
    found = {}
    for text in fields.getlist(name)[:PICKED]:
        before, colon, after = text.partition(":")
        suggestion_id = whole(before)
        if colon and suggestion_id is not None:
            found[suggestion_id] = after
    return found
