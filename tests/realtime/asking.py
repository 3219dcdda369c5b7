"""Somebody who asks over HTTP, as a program that reads JSON or as a browser without script does."""

from __future__ import annotations

import html
import http.client
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

TOKEN = "t" * 32


@dataclass(frozen=True)
class Answer:
    """What came back; `text` is the body."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def frame(self) -> dict[str, Any]:
        """The body as JSON."""
        assert self.headers["Content-Type"].startswith("application/json"), self.text
        content: dict[str, Any] = json.loads(self.text)
        return content

    @property
    def words(self) -> str:
        """What a reader of the page reads."""
        body = re.sub(r"<(script|style|head).*?</\1>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Asker:
    """Keeps cookies, sends the CSRF token; `session` signs in."""

    def __init__(self, port: int, session: str | None = None, *, language: str = "zh-CN") -> None:
        self.port = port
        self.language = language
        self.sends_token = True
        self.cookies = {settings.CSRF_COOKIE_NAME: TOKEN}
        if session is not None:
            self.cookies[settings.SESSION_COOKIE_NAME] = session

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; names of headers are written with underscores."""
        sent = {
            "Accept": "text/html",
            "Accept-Language": self.language,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **({"X-CSRFToken": self.cookies[settings.CSRF_COOKIE_NAME]} if self.sends_token else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return Answer(answer.status, answer.headers, text)

    def post_json(self, path: str, fields: object) -> Answer:
        """As a program does."""
        return self.ask(
            "POST",
            path,
            json.dumps(fields).encode(),
            Content_Type="application/json",
            Accept="application/json",
        )

    def post_form(self, path: str, **fields: str) -> Answer:
        """As a form of a page without script does."""
        return self.ask(
            "POST",
            path,
            urlencode(fields).encode(),
            Content_Type="application/x-www-form-urlencoded",
        )

    def page(self, path: str) -> Answer:
        """As a browser opens it."""
        return self.ask("GET", path)


def box(page: Answer, name: str = "text") -> str:
    """What stands in that box of a page."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def notices(page: Answer) -> list[str]:
    """What the page says above everything else."""
    return [
        html.unescape(said)
        for said in re.findall(r'<p class="notice error"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    ]
