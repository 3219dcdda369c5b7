"""Where a moderator is at the desk: kept in the address, so that a reload, a form and a colleague find it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from ..queries.desk import PAGE, SHELVES, WAITING

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
            fields.update(QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query).dict())
        fields.update(request.GET.dict())
        fields.update(request.POST.dict())
        shelf, item, limit = fields.get("shelf", ""), whole(fields.get("item")), whole(fields.get("limit"))
        view = fields.get("view", "")
        return cls(
            topic_id=topic_id,
            shelf=shelf if shelf in SHELVES else WAITING,
            search=(fields.get("q") or "").strip()[:100],
            limit=max(PAGE, min(limit or PAGE, 5000)),
            item=item,
            view=view if view in VIEWS else ("item" if item is not None else "queue"),
            anyway=fields.get("anyway") == "1",
        )

    def at_item(self, item: int | None) -> Place:
        """The same shelf with that suggestion opened, or none."""
        return replace(self, item=item, view="item", anyway=False)

    @property
    def fields(self) -> dict[str, str]:
        """What differs from the plain desk, for an address or for hidden fields."""
        fields = {
            "shelf": self.shelf if self.shelf != WAITING else "",
            "q": self.search,
            "limit": str(self.limit) if self.limit != PAGE else "",
            "item": str(self.item or ""),
            "anyway": "1" if self.anyway else "",
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def query(self) -> str:
        """The shelf and its search as the end of an address: empty, or `shelf=…&q=…&`; an item may be added."""
        kept = {name: value for name, value in self.fields.items() if name not in ("item", "anyway")}
        return urlencode(kept) + "&" if kept else ""

    @property
    def url(self) -> str:
        """The address of the desk at this place."""
        return self.url_with()

    def url_with(self, **more: str) -> str:
        """The address with further fields."""
        fields = urlencode(self.fields | more)
        address = reverse("consultations:desk", args=[self.topic_id])
        return f"{address}?{fields}" if fields else address


def whole(text: str | None) -> int | None:
    """The positive integer that the text is, within what a database column holds; None for any other text."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return None
    return int(text) or None
