"""What becomes of a request that no view answers: a page or JSON, in Chinese or English, always with its code."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from consultations.views.refusals import bad_request, broken, forbidden, no_token, not_found

pytestmark = pytest.mark.django_db

HANDLERS: list[tuple[Callable[..., HttpResponse], int, str, str, str]] = [
    (
        bad_request,
        400,
        "bad_request",
        "浏览器发来的内容无法识别。",
        "The browser sent something that could not be understood.",
    ),
    (forbidden, 403, "not_allowed", "您没有进行此项操作的权限。", "You are not allowed to do this."),
    (
        no_token,
        403,
        "csrf_failed",
        "这个表单打开得太久，或者浏览器禁用了 Cookie。请返回、重新载入页面，再提交一次。",
        (
            "This form had been open for too long, or cookies are switched off. "
            "Go back, load the page again and send it once more."
        ),
    ),
    (
        not_found,
        404,
        "not_found",
        "这个地址没有内容，或者不对您开放。",
        "There is nothing at this address, or it is not open to you.",
    ),
    (
        broken,
        500,
        "server_error",
        "服务器出现故障，已经记录下来。您已得到确认的建言和附议都在。请稍候再试。",
        (
            "Something went wrong on the server and has been recorded. "
            "Whatever was acknowledged is safe. Please try again in a moment."
        ),
    ),
]


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


@pytest.mark.parametrize(("handler", "status", "code", "chinese", "english"), HANDLERS)
def test_a_program_gets_the_code_and_the_sentence(
    handler: Callable[..., HttpResponse], status: int, code: str, chinese: str, english: str
) -> None:
    for language, sentence in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            answer = handler(asked(accept="application/json"))
        said = {"type": "refused", "ref": None, "code": code, "message": sentence}
        assert (answer.status_code, json.loads(answer.content)) == (status, said)


def test_a_fault_of_ours_is_told_in_both_languages_on_a_page_that_needs_nothing() -> None:
    answer = broken(asked(accept="text/html"))
    assert answer.status_code == 500
    assert "服务器出现故障" in answer.text
    assert "Something went wrong on the server" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/topics/99999999999999999999/"])
def test_a_page_that_is_not_there_looks_like_the_site(path: str) -> None:
    for language, sentence in (("zh-hans", HANDLERS[3][3]), ("en", HANDLERS[3][4])):
        answer = Client(headers={"accept-language": language}).get(path)
        assert (answer.status_code, sentence in answer.text) == (404, True)
        assert 'class="site-head"' in answer.text


def test_another_method_is_told_which_ones_there_are() -> None:
    answer = Client(headers={"accept-language": "en"}).put("/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "This address does not answer requests of this kind." in answer.text
