"""Every address of the site, enumerated: none takes an unsafe request without the token, none breaks on what it gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.jianyan.accounts.factories import make_county, make_moderator, make_secretary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unmeasured")]

NO_TOKEN = "这个表单打开得太久，或者浏览器禁用了 Cookie。请返回、重新载入页面，再提交一次。"
HUGE = "9" * 20
VALUES = ("", "9" * 30, "null", "字" * 300, "\x00")


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def addresses(number: str) -> list[str]:
    """Every address, with that number in the place of each parameter; regular expressions are left out."""
    found = (route for route in routes(get_resolver().url_patterns) if "(?P" not in route)
    return sorted({"/" + re.sub(r"<[^>]+>", number, re.sub(r"[\^$\\]", "", route)) for route in found})


def test_there_are_addresses() -> None:
    assert "/topics/1/votes" in addresses("1")
    assert len(addresses("1")) > 100


@pytest.mark.parametrize("address", addresses("1"))
def test_nothing_is_sent_without_the_token(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(address, {"text": "好"})
    assert (page.status_code, NO_TOKEN in page.text) == (403, True)
    program = client.post(address, "{}", content_type="application/json")
    assert (program.status_code, program.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize("number", ["1", HUGE])
def test_no_address_breaks_on_what_is_not_there(number: str) -> None:
    county = make_county()
    people = [None, make_moderator(county), make_secretary(county)]
    if number == HUGE:
        # What no column holds is stopped where it is read, and secretaries stand in for moderators everywhere.
        del people[1]
    for somebody in people:
        client = Client()
        if somebody is not None:
            client.force_login(somebody)
        for address in addresses(number):
            # Who is not signed in comes to the same few lines everywhere.
            for value in VALUES if somebody is not None else VALUES[-2:]:
                fields = dict.fromkeys(
                    ("text", "action", "next", "title", "at", "on", "q", "done", "of"), value
                )
                assert client.get(address, fields).status_code < 500, address
                if "logout" not in address:
                    assert client.post(address, fields).status_code < 500, address
