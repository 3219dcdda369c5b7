"""Bad input, over every surface of a running site: a sentence in the reader's language, a stable code, no trace."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from consultations.actions.moderation import hide_suggestion
from consultations.actions.topics import pause_topic
from consultations.enums import Step
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from tests.consultations.factories import MINUTE, actor, make_suggestion
from tests.jianyan.accounts.factories import PASSWORD
from tests.realtime.asking import Answer, Asker, box, notices
from tests.realtime.conftest import Hall, open_topic
from tests.realtime.readers import reading, sign_in

TEXTS = [
    # (text, code, in Chinese, in English)
    ("", "empty", "请先写下您的建言。", "Please write your idea first."),
    (" \t ", "empty", "请先写下您的建言。", "Please write your idea first."),
    ("\u3000\u200b\ufeff", "empty", "请先写下您的建言。", "Please write your idea first."),
    (
        "字" * 201,
        "too_long",
        "您写了201字，最多200字，请精简后再提交。",
        "Your text has 201 characters, at most 200 are allowed.",
    ),
    (
        "q" + "\u0301" * 202,
        "too_long",
        "您写了201字，最多200字，请精简后再提交。",
        "Your text has 201 characters, at most 200 are allowed.",
    ),
    *(
        (
            text,
            "bad_characters",
            "文字中含有看不见的控制字符，请重新输入。",
            "The text contains invisible control characters. Please type it again.",
        )
        for text in ("甲\x00乙", "甲\x07乙", "甲\x85乙", "甲\u202e乙", "甲\u2066乙", "甲\ufdd0乙")
    ),
]


def trace(hall: Hall) -> tuple[int, int, int]:
    """What a wish would leave: suggestions, votes, steps other than those of the clock."""
    steps = JournalEntry.objects.exclude(kind=Step.PHASE)
    return Suggestion.objects.count(), Vote.objects.count(), steps.count()


def refused_over_socket(hall: Hall, topic: Topic, frame: dict[str, Any], language: str) -> dict[str, Any]:
    with reading(hall.url, topic.pk, session=sign_in(hall.member), language=language) as member:
        member.next("welcome")
        member.send(**frame)
        return member.next("refused")


def asker(hall: Hall, language: str = "zh-CN") -> Asker:
    return Asker(hall.site.port, sign_in(hall.member), language=language)


@pytest.mark.parametrize(
    ("text", "code", "chinese", "english"), TEXTS, ids=[repr(row[0])[:24] for row in TEXTS]
)
def test_a_text_that_cannot_be_kept_is_refused_over_every_surface(
    hall: Hall, text: str, code: str, chinese: str, english: str
) -> None:
    before = trace(hall)
    address = f"/topics/{hall.topic.pk}/suggestions"
    ref = str(uuid.uuid4())
    for language, sentence in (("zh-CN", chinese), ("en", english)):
        frame = {"type": "suggest", "ref": ref, "text": text}
        said = {"type": "refused", "ref": ref, "code": code, "message": sentence}
        assert refused_over_socket(hall, hall.topic, frame, language) == said
        member = asker(hall, language)
        answer = member.post_json(address, {"ref": ref, "text": text})
        assert (answer.status, answer.frame) == (422, said)
        sent = member.post_form(address, ref=ref, text=text)
        assert (sent.status, sent.headers["Location"]) == (303, f"/topics/{hall.topic.pk}/")
        page = member.page(sent.headers["Location"])
        assert notices(page) == [sentence]
        # A browser shows NUL as U+FFFD, and a text without anything in it as nothing.
        assert box(page).replace("\ufffd", "\x00") == (text if text.strip() else "")
    assert trace(hall) == before


@pytest.mark.parametrize("text", ["字" * 200, "é" * 200, "e\u0301" * 200, "👨‍👩‍👧" * 60, "甲\r\n乙"])
def test_as_many_characters_as_readers_count_are_taken(hall: Hall, text: str) -> None:
    answer = asker(hall).post_json(
        f"/topics/{hall.topic.pk}/suggestions", {"ref": str(uuid.uuid4()), "text": text}
    )
    assert (answer.status, answer.frame["type"]) == (200, "ack")


# ── At the wrong time, about the wrong thing ──────────────────────────────────────────────────────────────────────

Wish = dict[str, Any]


def second_idea(hall: Hall) -> tuple[Topic, Wish]:
    make_suggestion(hall.topic, hall.member)
    return hall.topic, {"text": "第二条"}


def before_opening(hall: Hall) -> tuple[Topic, Wish]:
    return open_topic(hall.county, opened=-MINUTE), {"text": "早了"}


def vote_before_opening(hall: Hall) -> tuple[Topic, Wish]:
    return open_topic(hall.county, opened=-MINUTE), {"suggestion": hall.suggestion.pk, "choice": "support"}


def idea_after_closing(hall: Hall) -> tuple[Topic, Wish]:
    return open_topic(hall.county, closes_at=timezone.now()), {"text": "晚了"}


def vote_after_closing(hall: Hall) -> tuple[Topic, Wish]:
    topic = open_topic(hall.county, closes_at=timezone.now())
    return topic, {"suggestion": hall.suggestion.pk, "choice": "support"}


def paused(hall: Hall) -> tuple[Topic, Wish]:
    pause_topic(topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now())
    return hall.topic, {"suggestion": hall.suggestion.pk, "choice": "support"}


def own_suggestion(hall: Hall) -> tuple[Topic, Wish]:
    own = make_suggestion(hall.topic, hall.member, publish_by=hall.moderator)
    return hall.topic, {"suggestion": own.pk, "choice": "support"}


def unknown_suggestion(hall: Hall) -> tuple[Topic, Wish]:
    return hall.topic, {"suggestion": 2**53 - 1, "choice": "support"}


def waiting_suggestion(hall: Hall) -> tuple[Topic, Wish]:
    return hall.topic, {"suggestion": make_suggestion(hall.topic, hall.other).pk, "choice": "support"}


def hidden_suggestion(hall: Hall) -> tuple[Topic, Wish]:
    hide_suggestion(
        suggestion_id=hall.suggestion.pk, by=actor(hall.moderator), at=timezone.now(), reason="涉及个人信息"
    )
    return hall.topic, {"suggestion": hall.suggestion.pk, "choice": "support"}


NOT_SHOWN = "这条建言不存在，或已不再展示。"
SITUATIONS: list[tuple[Callable[[Hall], tuple[Topic, Wish]], int, str, str]] = [
    (second_idea, 409, "slot_taken", "您在本议题已有一条建言。每人一条，请先修改或撤回原来的那条。"),
    (before_opening, 409, "not_open", "议题尚未开始。"),
    (vote_before_opening, 409, "not_open", "议题尚未开始。"),
    (idea_after_closing, 409, "posting_closed", "建言时间已经结束。"),
    (vote_after_closing, 409, "voting_closed", "附议已经结束，您的这次操作没有计入。"),
    (paused, 409, "paused", "主持人已暂停本议题，请稍候。"),
    (own_suggestion, 409, "own_suggestion", "不能附议自己的建言。"),
    (unknown_suggestion, 422, "unknown_suggestion", NOT_SHOWN),
    (waiting_suggestion, 422, "unknown_suggestion", NOT_SHOWN),
    (hidden_suggestion, 422, "unknown_suggestion", NOT_SHOWN),
]


@pytest.mark.parametrize(
    ("situation", "status", "code", "sentence"), SITUATIONS, ids=[row[0].__name__ for row in SITUATIONS]
)
def test_what_the_rules_do_not_grant_is_refused_over_every_surface(
    hall: Hall, situation: Callable[[Hall], tuple[Topic, Wish]], status: int, code: str, sentence: str
) -> None:
    topic, wish = situation(hall)
    what, kind = ("suggestions", "suggest") if "text" in wish else ("votes", "vote")
    before = trace(hall)
    ref = str(uuid.uuid4())
    said = {"type": "refused", "ref": ref, "code": code, "message": sentence}
    assert refused_over_socket(hall, topic, {"type": kind, "ref": ref, **wish}, "zh-CN") == said
    member = asker(hall)
    answer = member.post_json(f"/topics/{topic.pk}/{what}", {"ref": ref, **wish})
    assert (answer.status, answer.frame) == (status, said)
    sent = member.post_form(f"/topics/{topic.pk}/{what}", ref=ref, **{k: str(v) for k, v in wish.items()})
    assert sent.status == 303
    page = member.page(sent.headers["Location"])
    assert notices(page) == [sentence]
    if "text" in wish:
        assert box(page) == wish["text"]
        form = page.text[page.text.index('<form class="write"') :]
        assert "hidden" not in form[: form.index(">")]
    assert trace(hall) == before


# ── A text is not lost ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_with_a_whole_book_is_told_the_limit_and_gets_twenty_thousand_characters_back(
    hall: Hall,
) -> None:
    member = asker(hall)
    member.post_form(f"/topics/{hall.topic.pk}/suggestions", ref=str(uuid.uuid4()), text="书" * 30_000)
    page = member.page(f"/topics/{hall.topic.pk}/")
    assert notices(page) == ["您写了20000字，最多200字，请精简后再提交。"]
    assert box(page) == "书" * 20_000


def test_a_text_that_came_too_fast_comes_back(hall: Hall) -> None:
    member = asker(hall)
    address = f"/topics/{hall.topic.pk}/suggestions"
    for _window in range(5):
        while member.post_json(address, {"ref": "r", "text": ""}).status != 429:
            pass
        # The window may be over by now; then there is another one.
        member.post_form(address, ref=str(uuid.uuid4()), text="字" * 201)
        page = member.page(f"/topics/{hall.topic.pk}/")
        assert box(page) == "字" * 201
        if notices(page) == ["操作过于频繁，请稍候再试。"]:
            return
    raise AssertionError(notices(page))


def test_a_text_that_was_sent_after_the_session_had_ended_waits_for_its_author_to_sign_in(hall: Hall) -> None:
    nobody = Asker(hall.site.port)
    sent = nobody.post_form(f"/topics/{hall.topic.pk}/suggestions", ref=str(uuid.uuid4()), text="没丢的话")
    login = f"/accounts/login/?next=/topics/{hall.topic.pk}/"
    assert (sent.status, sent.headers["Location"]) == (302, login)
    assert notices(nobody.page(login)) == ["请先登录。"]
    # Whoever looks meanwhile does not take it away.
    assert "没丢的话" not in nobody.page(f"/topics/{hall.topic.pk}/").text
    signed = nobody.post_form(
        login, login=hall.member.username, password=PASSWORD, next=f"/topics/{hall.topic.pk}/"
    )
    assert (signed.status, signed.headers["Location"]) == (302, f"/topics/{hall.topic.pk}/")
    assert box(nobody.page(f"/topics/{hall.topic.pk}/")) == "没丢的话"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_a_form_never_leads_to_another_site(hall: Hall, elsewhere: str) -> None:
    for fields in ({"text": ""}, {"text": "好的建议"}):
        sent = asker(hall).post_form(f"/topics/{hall.topic.pk}/suggestions", next=elsewhere, **fields)
        assert (sent.status, sent.headers["Location"]) == (303, f"/topics/{hall.topic.pk}/")


# ── What is no wish at all ────────────────────────────────────────────────────────────────────────────────────────

REF = "6f1c7c7e-0e5c-4c7e-9f65-0d6f3c1f2a10"
NESTED = "[" * 30_000 + "]" * 30_000
BODIES = [
    # (to what, body, ref that is answered, what is said of it)
    ("suggestions", b"", None, "不是JSON"),
    ("suggestions", b"{", None, "不是JSON"),
    ("suggestions", b"[]", None, "不符合协议"),
    ("suggestions", b"NaN", None, "不是JSON"),
    ("suggestions", b'{"ref":1e400}', None, "不符合协议"),
    ("suggestions", b'{"ref":"\xff"}', None, "不是UTF-8编码"),
    ("suggestions", b'{"ref":"' + REF.encode() + b'","text":"\\ud800"}', None, "不是JSON"),
    ("suggestions", b'{"z":' + NESTED.encode() + b"}", None, "嵌套过深"),
    ("suggestions", b"x" * 65_537, None, "超过64 KiB"),
    ("suggestions", b"x" * 10_000_000, None, "超过64 KiB"),
    ("suggestions", b'{"ref":"r","text":"x"}', "r", "不符合协议"),
    ("suggestions", b'{"ref":"' + REF.encode() + b'","text":5}', REF, "不符合协议"),
    ("suggestions", b'{"ref":"' + REF.encode() + b'","text":"x","more":1}', REF, "不符合协议"),
    ("votes", b'{"ref":"' + b"r" * 65 + b'","suggestion":1,"choice":null}', None, "不符合协议"),
    ("votes", b'{"ref":"r","suggestion":1}', "r", "不符合协议"),
    ("votes", b'{"ref":"r","suggestion":1,"choice":[]}', "r", "不符合协议"),
    ("votes", b'{"ref":"r","suggestion":1,"choice":false}', "r", "不符合协议"),
    ("votes", b'{"ref":"r","suggestion":true,"choice":null}', "r", "不符合协议"),
    ("votes", b'{"ref":"r","suggestion":' + b"9" * 400 + b',"choice":null}', "r", "不符合协议"),
]


@pytest.mark.parametrize(("what", "body", "ref", "detail"), BODIES, ids=[repr(row[1])[:50] for row in BODIES])
def test_a_body_that_is_no_wish_is_a_bad_frame(
    hall: Hall, what: str, body: bytes, ref: str | None, detail: str
) -> None:
    before = trace(hall)
    answer = asker(hall).ask("POST", f"/topics/{hall.topic.pk}/{what}", body, Content_Type="application/json")
    assert (answer.status, answer.frame["code"], answer.frame["ref"]) == (422, "bad_frame", ref)
    assert answer.frame["message"].startswith(f"无法识别这条消息：{detail}")
    assert len(answer.frame["message"]) < 250
    assert trace(hall) == before


def test_of_a_key_that_comes_twice_the_last_one_counts(hall: Hall) -> None:
    body = f'{{"ref":"{REF}","text":"有字","text":" "}}'.encode()
    answer = asker(hall).ask(
        "POST", f"/topics/{hall.topic.pk}/suggestions", body, Content_Type="application/json"
    )
    assert (answer.status, answer.frame["code"]) == (422, "empty")


# ── Requests that no view answers ─────────────────────────────────────────────────────────────────────────────────

HUGE = "9" * 20
UNREADABLE_FORM = {"Content_Type": "application/x-www-form-urlencoded; charset=utf-16"}
ODD: list[tuple[str, str, bytes | None, dict[str, str], int, str, str]] = [
    ("GET", f"/topics/{HUGE}/", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", f"/topics/{HUGE}/state", None, {}, 404, "unknown_topic", "没有这个议题。"),
    ("GET", f"/topics/{HUGE}/journal/", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", f"/deliberations/{HUGE}/", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", f"/desk/{HUGE}/", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", f"/summaries/{HUGE}/", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", "/%00", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    ("GET", "/%ff", None, {}, 404, "not_found", "这个地址没有内容，或者不对您开放。"),
    (
        "POST",
        f"/topics/{HUGE}/votes",
        b"{}",
        {"Content_Type": "application/json"},
        422,
        "bad_frame",
        "无法识别这条消息",
    ),
    ("GET", "/topics/1/votes", None, {}, 405, "method_not_allowed", "这个地址不支持此种访问方式。"),
    ("PUT", "/topics/1/votes", b"{}", {}, 405, "method_not_allowed", "这个地址不支持此种访问方式。"),
    ("DELETE", "/", b"", {}, 405, "method_not_allowed", "这个地址不支持此种访问方式。"),
    (
        "POST",
        "/topics/1/suggestions",
        b"text=x",
        UNREADABLE_FORM,
        400,
        "bad_request",
        "浏览器发来的内容无法识别。",
    ),
    (
        "POST",
        "/accounts/login/",
        b"login=x",
        UNREADABLE_FORM,
        400,
        "bad_request",
        "浏览器发来的内容无法识别。",
    ),
    (
        "POST",
        "/topics/1/suggestions",
        b"text=" + b"x" * 10_000_000,
        {"Content_Type": "application/x-www-form-urlencoded"},
        400,
        "bad_request",
        "浏览器发来的内容无法识别。",
    ),
    (
        "POST",
        "/topics/1/suggestions",
        b"&".join([b"a=b"] * 2_000),
        {"Content_Type": "application/x-www-form-urlencoded"},
        400,
        "bad_request",
        "浏览器发来的内容无法识别。",
    ),
    ("GET", "/", None, {"Host": "a b"}, 400, "bad_request", "浏览器发来的内容无法识别。"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code", "sentence"),
    ODD,
    ids=[f"{row[0]} {row[1][:24]} {row[4]}" for row in ODD],
)
def test_an_odd_request_gets_a_sentence_and_a_code(
    hall: Hall,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    status: int,
    code: str,
    sentence: str,
) -> None:
    program = asker(hall).ask(method, path, body, **{**headers, "Accept": "application/json"})
    assert (program.status, program.frame["type"], program.frame["code"]) == (status, "refused", code)
    assert program.frame["message"].startswith(sentence)
    if code not in ("bad_frame", "unknown_topic"):
        page = asker(hall).ask(method, path, body, **headers)
        assert page.status == status
        assert sentence in page.words


@pytest.mark.parametrize("path", ["/", "/topics/{}/", "/topics/{}/state", "/topics/{}/journal/"])
def test_a_page_can_be_asked_for_its_head_alone(hall: Hall, path: str) -> None:
    answer = asker(hall).ask("HEAD", path.format(hall.topic.pk))
    assert (answer.status, answer.text) == (200, "")


@pytest.mark.parametrize("revision", ["-1", "abc", "%C2%B2", "%ff", "9" * 16, "9" * 30, "%00"])
def test_a_revision_that_is_none_gets_the_whole_state(hall: Hall, revision: str) -> None:
    answer = asker(hall).ask("GET", f"/topics/{hall.topic.pk}/state?revision={revision}")
    assert (answer.status, answer.frame["full"], answer.frame["revision"]) == (200, True, 3)
    with reading(hall.url, hall.topic.pk, query=f"?revision={revision}") as reader:
        assert reader.next("welcome")["full"] is True


def test_bytes_that_are_no_text_in_a_form_are_shown_as_what_they_are(hall: Hall) -> None:
    member = asker(hall)
    member.ask(
        "POST",
        f"/topics/{hall.topic.pk}/suggestions",
        b"text=%ff%ed%a0%80" + b"%00",
        Content_Type="application/x-www-form-urlencoded",
    )
    page = member.page(f"/topics/{hall.topic.pk}/")
    assert notices(page) == ["文字中含有看不见的控制字符，请重新输入。"]


# ── Without the token ─────────────────────────────────────────────────────────────────────────────────────────────

NO_TOKEN = "这个表单打开得太久，或者浏览器禁用了 Cookie。请返回、重新载入页面，再提交一次。"


def test_without_the_token_a_reader_gets_a_page_of_the_site_and_a_program_a_code(hall: Hall) -> None:
    address = f"/topics/{hall.topic.pk}/suggestions"

    def without(**headers: str) -> Answer:
        somebody = asker(hall)
        somebody.sends_token = False
        return somebody.ask("POST", address, b"text=%E5%A5%BD", **headers)

    form = {"Content_Type": "application/x-www-form-urlencoded"}
    page = without(**form)
    assert (page.status, NO_TOKEN in page.words) == (403, True)
    assert 'class="site-head"' in page.text
    assert "Django" not in page.text
    said = {"type": "refused", "ref": None, "code": "csrf_failed", "message": NO_TOKEN}
    for headers in ({"Content_Type": "application/json"}, {**form, "Accept": "application/json"}):
        program = without(**headers)
        assert (program.status, program.frame) == (403, said)
    fragment = without(**form, HX_Request="true")
    assert (fragment.status, fragment.text) == (
        403,
        f'<p class="notice error" role="alert">{NO_TOKEN}</p>\n',
    )
    assert Suggestion.objects.count() == 1


def test_what_is_wrong_with_a_frame_is_said_in_the_language_of_the_reader(hall: Hall) -> None:
    for language, sentences in (
        (
            "zh-CN",
            [
                "无法识别这条消息：不是JSON (Input data was truncated)",
                "无法识别这条消息：是二进制数据，不是文本",
            ],
        ),
        (
            "en",
            [
                "This message was not understood: it is not JSON (Input data was truncated)",
                "This message was not understood: it is binary, not text",
            ],
        ),
    ):
        with reading(hall.url, hall.topic.pk, language=language) as reader:
            reader.next("welcome")
            reader.raw("{")
            reader.raw(b"\x00")
            assert [reader.next("refused")["message"] for _ in range(2)] == sentences


def test_an_edit_that_came_too_late_comes_back_in_its_box(hall: Hall) -> None:
    own = make_suggestion(hall.topic, hall.member)
    Topic.objects.filter(pk=hall.topic.pk).update(closes_at=timezone.now())
    member = asker(hall)
    sent = member.post_form(f"/topics/{hall.topic.pk}/suggestions/{own.pk}/edit", text="改晚了")
    page = member.page(sent.headers["Location"])
    assert notices(page) == ["建言时间已经结束。"]
    assert box(page, f"edit-{own.pk}") == "改晚了"
    assert '<details class="own-edit" open>' in page.text


# ── A first password ──────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_speaks_with_a_first_password(hall: Hall) -> None:
    hall.member.must_change_password = True
    hall.member.save()
    member = Asker(hall.site.port)
    signed = member.post_form("/accounts/login/", login=hall.member.username, password=PASSWORD)
    assert signed.status == 302
    wish = {"ref": str(uuid.uuid4()), "suggestion": hall.suggestion.pk, "choice": "support"}
    program = member.post_json(f"/topics/{hall.topic.pk}/votes", wish)
    assert (program.status, program.frame) == (
        403,
        {
            "type": "refused",
            "ref": None,
            "code": "password_change_needed",
            "message": "请先设置您自己的新密码。",
        },
    )
    form = member.post_form(
        f"/topics/{hall.topic.pk}/votes", suggestion=str(hall.suggestion.pk), choice="support"
    )
    assert (form.status, form.headers["Location"]) == (302, "/accounts/password/change/")
    with reading(hall.url, hall.topic.pk, session=member.cookies["sessionid"]) as reader:
        assert reader.next("welcome")["me"] is None
        reader.vote(hall.suggestion.pk)
        assert reader.next("refused")["code"] == "not_signed_in"
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    "referer", ["http://[", "http://evil.example/", "//evil.example", "garbage", "http://{}//evil.example"]
)
def test_a_form_that_came_from_nowhere_leads_back_to_the_topic(hall: Hall, referer: str) -> None:
    sent = asker(hall).ask(
        "POST",
        f"/topics/{hall.topic.pk}/suggestions",
        b"text=",
        Content_Type="application/x-www-form-urlencoded",
        Referer=referer.format(f"127.0.0.1:{hall.site.port}"),
    )
    assert (sent.status, sent.headers["Location"]) == (303, f"/topics/{hall.topic.pk}/")


@pytest.mark.parametrize("shown", ["http://[", "//[", "?", "#?q=x", "http://x/?item=" + "9" * 30 + "&q=%00"])
def test_the_desk_survives_an_address_that_is_none(hall: Hall, shown: str) -> None:
    moderator = Asker(hall.site.port, sign_in(hall.moderator))
    answer = moderator.ask("GET", f"/desk/{hall.topic.pk}/pulse", HX_Request="true", HX_Current_URL=shown)
    assert answer.status == 200


# ── What others have in draft ─────────────────────────────────────────────────────────────────────────────────────


def test_what_others_have_in_draft_is_nowhere_and_cannot_be_touched(hall: Hall) -> None:
    waiting = make_suggestion(hall.topic, hall.other, "还没有人看过的话")
    draft = open_topic(hall.county, title="还没有公布的议题", announced_at=None)
    member = asker(hall)
    for path in ("", "state", "journal/"):
        assert "还没有人看过的话" not in member.page(f"/topics/{hall.topic.pk}/{path}").text
        hidden = member.ask("GET", f"/topics/{draft.pk}/{path}", Accept="application/json")
        assert hidden.status == 404
        assert hidden.frame["code"] in ("not_found", "unknown_topic")
    assert "还没有公布的议题" not in member.page("/").text
    with reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as reader:
        assert [one["id"] for one in reader.next("welcome")["suggestions"]] == [hall.suggestion.pk]
    with reading(hall.url, draft.pk, session=sign_in(hall.member)) as reader:
        assert reader.closed() == 4404
    before = trace(hall)
    address = f"/topics/{hall.topic.pk}/suggestions/{waiting.pk}"
    for what, fields in (("edit", {"text": "改了"}), ("withdraw", {})):
        refused = member.post_json(f"{address}/{what}", {"ref": "r", **fields})
        assert (refused.status, refused.frame["code"]) == (422, "unknown_suggestion")
        assert refused.frame["message"] == NOT_SHOWN
    refused = member.post_json(f"/topics/{draft.pk}/suggestions", {"ref": REF, "text": "抢先"})
    assert (refused.status, refused.frame["code"]) == (422, "unknown_topic")
    assert trace(hall) == before
