from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from jianyan.appearance import appearance_of


def test_a_size_and_a_theme_are_remembered_and_the_reader_goes_back(client: Client) -> None:
    answer = client.post(
        "/appearance/", {"size": "large", "theme": "dark", "next": "/topics/1/?order=newest"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/topics/1/?order=newest")
    assert client.cookies["jianyan_size"].value == "large"
    assert client.cookies["jianyan_theme"].value == "dark"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(client: Client, target: str) -> None:
    assert client.post("/appearance/", {"size": "large", "next": target})["Location"] == "/"


def test_what_is_not_known_is_not_kept(client: Client) -> None:
    answer = client.post("/appearance/", {"size": "huge", "theme": '"><script>'})
    assert "jianyan_size" not in answer.cookies
    assert "jianyan_theme" not in answer.cookies


def test_looking_by_get_changes_nothing(client: Client) -> None:
    assert client.get("/appearance/").status_code == 405


def test_unknown_cookies_mean_the_usual_look() -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update({"jianyan_size": "<b>", "jianyan_theme": "dark"})
    seen = appearance_of(request)
    assert (seen.size, seen.theme) == ("normal", "dark")
