"""Referrals: the secretaries' list, one referral for everybody who may see it, and every step from its page."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.referral_handling import send_back_referral
from consultations.actions.referral_links import make_link
from consultations.actions.referrals import supervise_referral, withdraw_referral
from consultations.actions.satisfaction import rate_reply
from consultations.enums import Move, ReferralState, Visibility
from consultations.models import Attachment, Deliberation, Referral, ReferralLink, Satisfaction
from consultations.views.referral_moves import VERBS
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.factories import actor
from tests.consultations.papers import pdf
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_referring
from tests.consultations.views.looking import look, text_of
from tests.jianyan.accounts.factories import (
    make_administrator,
    make_auditor,
    make_body,
    make_county,
    make_membership,
    make_moderator,
    make_secretary,
    make_user,
)

LATER = REFERRED + 3 * DAY
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def own_pace() -> None:
    """Nobody has asked anything before, as all tests come from one address at one instant."""
    cache.clear()


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def send(path: str, by: User | None, *, at: Any = LATER, **fields: Any) -> Any:
    client = Client()
    if by is not None:
        client.force_login(by)
    with time_machine.travel(at, tick=False):
        return client.post(path, fields)


def secretary(scene: Referring) -> User:
    return scene.drafted.finished.secretary


def member(scene: Referring, number: int) -> User:
    return scene.suggestion(number).author


def make_chair(scene: Referring) -> User:
    chair = make_user("主席")
    make_membership(chair, scene.county.committee, Role.CHAIR, term="")
    return chair


def offered(answer: Any) -> list[str]:
    return re.findall(r'id="step-([a-z-]+)"', answer.content.decode())


def said(answer: Any, verb: str) -> str:
    """What is said in the form of that step."""
    page = answer.content.decode()
    found = re.search(
        rf'id="step-{verb}".*?</details>\s*(?=<details class="card referral-offer|<h2|</main>)',
        page,
        re.DOTALL,
    )
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


# --- the page -----------------------------------------------------------------------------------------------


def test_everybody_reads_what_is_public_and_nothing_of_the_notes(scene: Referring) -> None:
    referral = scene.refer()
    send_back_referral(referral_id=referral.pk, reason="这事归城管局", by=scene.acting, at=REFERRED + DAY)
    path = f"/referrals/{referral.pk}/"
    public = text_of(look(path, at=LATER))
    for word in (
        "县交通运输局",
        "县公安局",
        "商场地下车库前一小时免费",
        "欧阳晴川",
        "2026-06-05",
        "退回（误交）",
    ):
        assert word in public
    assert "这事归城管局" not in public
    assert offered(look(path, at=LATER)) == []
    for reader in (
        secretary(scene),
        scene.handler,
        scene.officer,
        make_chair(scene),
        make_auditor(scene.county),
    ):
        assert "这事归城管局" in text_of(look(path, reader, at=LATER))
    assert "这事归城管局" not in text_of(look(path, member(scene, 1), at=LATER))


def test_an_anonymous_author_stays_anonymous_to_the_handler_too(db: None) -> None:
    scene = make_referring(anonymous=True)
    referral, replied = scene.answered()
    rate_reply(reply_id=replied.reply.pk, degree="mostly", comment="希望再快一些", by=scene.author, at=LATER)
    for reader in (None, scene.handler, member(scene, 1)):
        assert "欧阳晴川" not in text_of(look(f"/referrals/{referral.pk}/", reader, at=LATER))
    assert "希望再快一些" in text_of(look(f"/referrals/{referral.pk}/", scene.handler, at=LATER))
    assert "希望再快一些" not in text_of(look(f"/referrals/{referral.pk}/", at=LATER))
    assert "欧阳晴川" in text_of(look(f"/referrals/{referral.pk}/", secretary(scene), at=LATER))


def test_of_what_is_not_public_only_those_who_handle_it_and_those_it_is_open_to_know(
    scene: Referring,
) -> None:
    referral = scene.refer()
    Deliberation.objects.update(visibility=Visibility.MEMBERS)
    path = f"/referrals/{referral.pk}/"
    assert look(path, at=LATER)["Location"] == f"/accounts/login/?next={path}"
    stranger = make_user("外人")
    other = make_county("政协邻县委员会")
    rival = make_user("邻县交通局")
    make_membership(rival, other.department, Role.HANDLER, term="")
    for nobody in (stranger, make_secretary(other), rival):
        assert look(path, nobody, at=LATER).status_code == 404
        assert send(f"{path}accept", nobody).status_code == 404
    for somebody in (scene.handler, scene.officer, secretary(scene), member(scene, 1)):
        assert look(path, somebody, at=LATER).status_code == 200
    # Where the deliberation is closed to the handler, the page leads nowhere that they may not go.
    page = look(path, scene.handler, at=LATER).content.decode()
    assert f'href="/topics/{scene.suggestion(3).topic_id}/' not in page
    assert look("/referrals/987654321/", at=LATER).status_code == 404


@pytest.mark.parametrize(
    ("state", "offers"),
    [
        (
            ReferralState.ISSUED,
            {
                "secretary": ["readdress", "extend", "supervise", "withdraw"],
                "chair": ["supervise"],
                "lead": ["accept", "send-back"],
                "helper": [],
                "author": [],
            },
        ),
        (
            ReferralState.ACCEPTED,
            {
                "secretary": ["extend", "supervise", "withdraw", "undo"],
                "chair": ["supervise"],
                "lead": ["answer", "undo"],
                "helper": ["contribute"],
                "author": [],
            },
        ),
        (
            ReferralState.ANSWERED,
            {
                "secretary": ["supervise", "close", "undo"],
                "chair": ["supervise"],
                "lead": ["undo"],
                "helper": [],
                "author": ["rate"],
            },
        ),
    ],
)
def test_each_reader_is_offered_the_steps_that_are_theirs(
    scene: Referring, state: ReferralState, offers: dict[str, list[str]]
) -> None:
    match state:
        case ReferralState.ISSUED:
            referral = scene.refer()
        case ReferralState.ACCEPTED:
            referral = scene.accepted()
        case _:
            referral = scene.answered()[0]
    path = f"/referrals/{referral.pk}/"
    people = {
        "secretary": secretary(scene),
        "chair": make_chair(scene),
        "lead": scene.handler,
        "helper": scene.officer,
        "author": member(scene, 3),
    }
    assert {name: offered(look(path, one, at=LATER)) for name, one in people.items()} == offers
    for nobody in (
        None,
        member(scene, 1),
        make_moderator(scene.county),
        make_auditor(scene.county),
        make_administrator(scene.county),
    ):
        assert offered(look(path, nobody, at=LATER)) == []


def test_every_step_is_refused_to_those_who_are_not_offered_it(scene: Referring) -> None:
    referral = scene.refer()
    fields = {"reason": "理由", "note": "", "text": "答复", "grade": scene.grade.pk, "lead": scene.police.pk}
    for verb in VERBS:
        path = f"/referrals/{referral.pk}/{verb}"
        assert send(path, member(scene, 1), body=scene.police.pk, degree="yes", **fields).status_code in (
            403,
            422,
        )
        assert send(path, None, **fields).status_code in (303, 403)
    assert send(f"/referrals/{referral.pk}/fly", secretary(scene)).status_code == 404
    referral.refresh_from_db()
    assert (referral.state, referral.edition) == ("issued", 1)


def test_a_handler_accepts_answers_with_a_file_and_the_author_rates(scene: Referring) -> None:
    referral = scene.refer()
    path = f"/referrals/{referral.pk}/"
    assert send(f"{path}accept", scene.handler)["Location"] == path
    contributed = send(f"{path}contribute", scene.officer, body=scene.police.pk, text="已增派警力")
    assert contributed.status_code == 303
    answered = send(
        f"{path}answer",
        scene.handler,
        text="已划定错时车位120个。",
        grade=scene.grade.pk,
        attachments=SimpleUploadedFile("方案.pdf", pdf()),
    )
    assert answered.status_code == 303
    assert Attachment.objects.get().name == "方案.pdf"
    attached = f'href="/attachments/{Attachment.objects.get().pk}/"'
    for reader in (secretary(scene), scene.officer, member(scene, 3)):
        assert attached in look(path, reader, at=LATER).content.decode()
    for stranger in (None, member(scene, 1)):
        assert attached not in look(path, stranger, at=LATER).content.decode()
    page = text_of(look(path, at=LATER))
    for word in ("已划定错时车位120个", "A类", "方案.pdf", "已增派警力", "会办"):
        assert word in page
    rated = send(f"{path}rate", member(scene, 3), degree="no", comment="还没看到")
    assert rated.status_code == 303
    referral.refresh_from_db()
    assert (referral.state, referral.round) == ("accepted", 2)
    assert "重新办理" in text_of(look(path, at=LATER))


def test_on_ones_own_page_what_waits_for_a_rating_is_rated_in_place(scene: Referring) -> None:
    referral, _replied = scene.answered()
    page = look("/me/", member(scene, 3), at=LATER)
    assert f'action="/referrals/{referral.pk}/rate"' in page.content.decode()
    assert "已划定错时车位120个" in text_of(page)
    done = send(f"/referrals/{referral.pk}/rate", member(scene, 3), degree="yes", comment="", back="mine")
    assert done["Location"] == "/me/"
    assert Satisfaction.objects.get().degree == "yes"
    assert f'action="/referrals/{referral.pk}/rate"' not in look("/me/", member(scene, 3), at=LATER).text


def test_an_answer_after_the_due_date_is_taken_and_said_to_be_late(scene: Referring) -> None:
    referral = scene.accepted()
    late = REFERRED + 100 * DAY
    fields = {"text": "来迟了", "grade": scene.grade.pk}
    client = Client()
    client.force_login(scene.handler)
    with time_machine.travel(late, tick=False):
        answer: Any = client.post(f"/referrals/{referral.pk}/answer", fields, follow=True)
    assert "晚于期限8天" in text_of(answer)
    assert "逾期8天" in text_of(look(f"/referrals/{referral.pk}/", at=late))


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(scene: Referring) -> None:
    referral = scene.accepted()
    path = f"/referrals/{referral.pk}/answer"
    program = SimpleUploadedFile("方案.exe", b"MZ" + b"\x00" * 100)
    refused = send(path, scene.handler, text="写了很久的答复", grade=scene.grade.pk, attachments=program)
    assert refused.status_code == 422
    assert "写了很久的答复" in refused.content.decode()
    assert "方案.exe" in said(refused, "answer")
    without = send(path, scene.handler, text="没有选类别", grade="")
    assert (without.status_code, "没有选类别" in without.content.decode()) == (422, True)
    past = {"lead": scene.police.pk, "due": "2020-01-01", "note": "改给公安"}
    fresh = scene.refer(assignment_id=None, suggestion_ids=[scene.suggestion(1).pk], item="错时开放")
    readdressed = send(f"/referrals/{fresh.pk}/readdress", secretary(scene), **past)
    assert readdressed.status_code == 422
    assert "早于今天" in said(readdressed, "readdress")
    twice = {"lead": scene.police.pk, "cohandling": [scene.police.pk]}
    assert "重复" in said(send(f"/referrals/{fresh.pk}/readdress", secretary(scene), **twice), "readdress")


def test_what_somebody_wrote_for_a_step_that_is_gone_is_given_back(scene: Referring) -> None:
    referral = scene.accepted()
    withdraw_referral(referral_id=referral.pk, reason="另行安排", by=scene.by, at=REFERRED + 2 * DAY)
    refused = send(
        f"/referrals/{referral.pk}/answer", scene.handler, text="写了很久的答复", grade=scene.grade.pk
    )
    assert refused.status_code in (409, 422)
    assert "写了很久的答复" in refused.content.decode()
    assert offered(refused) == []


def test_nothing_hostile_is_more_than_text(scene: Referring) -> None:
    referral = scene.refer(assignment_id=None, suggestion_ids=[scene.suggestion(1).pk], item=HOSTILE)
    send(f"/referrals/{referral.pk}/accept", scene.handler)
    send(f"/referrals/{referral.pk}/contribute", scene.officer, body=scene.police.pk, text=HOSTILE)
    send(f"/referrals/{referral.pk}/extend", secretary(scene), reason=HOSTILE)
    send(f"/referrals/{referral.pk}/answer", scene.handler, text=HOSTILE, grade=scene.grade.pk)
    send(f"/referrals/{referral.pk}/rate", member(scene, 1), degree="mostly", comment=HOSTILE)
    pages = (
        f"/referrals/{referral.pk}/",
        "/referrals/",
        "/follow-up/",
        "/me/",
        "/department/?shelf=answered",
    )
    for path in pages:
        for reader in (secretary(scene), scene.handler, member(scene, 1)):
            assert "<script>alert" not in look(path, reader, at=LATER).content.decode()


def test_a_page_asks_as_often_for_much_as_for_little(scene: Referring) -> None:
    def queries(referral: Referral, reader: User | None) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert look(f"/referrals/{referral.pk}/", reader, at=LATER).status_code == 200
        return len(asked)

    little = scene.accepted()
    readers = (None, secretary(scene), scene.handler)
    before = [queries(little, one) for one in readers]
    much = scene.refer(
        assignment_id=None,
        suggestion_ids=[scene.suggestion(number).pk for number in (1, 2, 4)],
        item="三条",
        cohandlers=[scene.police, *(make_body(f"{one}局", "department") for one in "甲乙丙")],
    )
    send(f"/referrals/{much.pk}/accept", scene.handler)
    assert [queries(much, one) for one in readers] == before
    assert before[0] <= 20


# --- signed links -------------------------------------------------------------------------------------------


def test_the_secretary_makes_a_link_and_withdraws_it(scene: Referring) -> None:
    referral = scene.refer()
    path = f"/referrals/{referral.pk}/"
    made = send(f"{path}links", secretary(scene), body=scene.police.pk, days=7)
    assert made["Location"] == f"{path}#links"
    row = ReferralLink.objects.get()
    assert (row.body, row.expires_at - row.made_at) == (scene.police, 7 * DAY)
    page = look(path, secretary(scene), at=LATER).content.decode()
    found = re.search(r'value="http://testserver(/r/[^"]+/)"', page)
    assert found is not None
    assert look(found.group(1), at=LATER).status_code == 200
    assert "/r/" not in look(path, scene.handler, at=LATER).content.decode()
    assert send(f"{path}links/{row.pk}/revoke", scene.handler).status_code == 403
    assert send(f"{path}links/{row.pk}/revoke", secretary(scene)).status_code == 303
    assert look(found.group(1), at=LATER).status_code == 410
    assert send(f"{path}links/987654321/revoke", secretary(scene)).status_code == 404


def test_nobody_but_a_secretary_makes_links_and_only_for_bodies_of_the_referral(scene: Referring) -> None:
    referral = scene.refer()
    path = f"/referrals/{referral.pk}/links"
    for somebody in (scene.handler, member(scene, 1), make_chair(scene)):
        assert send(path, somebody, body=scene.police.pk, days=7).status_code == 403
    assert send(path, secretary(scene), body=scene.hospital.pk, days=7).status_code == 422
    assert send(path, secretary(scene), body=scene.police.pk, days=999).status_code == 422
    assert not ReferralLink.objects.exists()


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_is_for_secretaries_chairs_and_auditors(scene: Referring) -> None:
    scene.refer()
    for reader in (secretary(scene), make_chair(scene), make_auditor(scene.county)):
        assert "商场地下车库前一小时免费" in text_of(look("/referrals/", reader, at=LATER))
    for nobody in (member(scene, 1), scene.handler, make_moderator(scene.county), make_user("外人")):
        assert look("/referrals/", nobody, at=LATER).status_code == 403
    assert look("/referrals/", at=LATER)["Location"] == "/accounts/login/?next=/referrals/"
    foreign = make_secretary(make_county("政协邻县委员会"))
    assert "商场地下车库前一小时免费" not in text_of(look("/referrals/", foreign, at=LATER))


def several(scene: Referring) -> tuple[Referral, Referral, Referral]:
    """Answered and under oversight, overdue, and taken back."""
    answered, _replied = scene.answered()
    supervise_referral(referral_id=answered.pk, by=scene.by, at=LATER)
    late = scene.refer(
        assignment_id=None, suggestion_ids=[scene.suggestion(1).pk], item="错时开放", due=LATER.date()
    )
    gone = scene.refer(
        assignment_id=None,
        suggestion_ids=[scene.suggestion(2).pk],
        item="单行道",
        lead_id=scene.police.pk,
        cohandlers=[],
    )
    withdraw_referral(referral_id=gone.pk, reason="另行安排", by=scene.by, at=LATER)
    return answered, late, gone


def shown(answer: Any) -> list[int]:
    found = re.findall(r'<a class="way" href="/referrals/(\d+)/" dir', answer.content.decode())
    return [int(pk) for pk in found]


def test_the_list_is_filtered_and_sorted(scene: Referring) -> None:
    answered, late, gone = (one.pk for one in several(scene))
    at = LATER + 10 * DAY

    def found(**fields: Any) -> list[int]:
        return shown(look("/referrals/", secretary(scene), at=at, **fields))

    assert found() == [late, answered, gone]
    assert found(sort="-due") == [gone, answered, late]
    assert found(state="answered") == [answered]
    assert found(state="withdrawn") == [gone]
    assert found(state="overdue") == [late]
    assert found(state="supervised") == [answered]
    assert found(body=str(scene.police.pk)) == [late, answered, gone]
    assert found(q="单行") == [gone]
    assert found(q="交通运输局", state="issued") == [late]
    assert found(deliberation=str(scene.drafted.finished.deliberation.pk)) == [late, answered, gone]
    assert found(deliberation="987654321") == []
    assert found(state="nonsense", sort="drop table", page="99", body="x") == [late, answered, gone]
    text = text_of(look("/referrals/", secretary(scene), at=at))
    assert "全部 3" in text
    assert "逾期 1" in text
    assert "督办 1" in text


def test_the_list_asks_as_often_for_many_as_for_one(scene: Referring) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            look("/referrals/", secretary(scene), at=LATER)
        return len(asked)

    scene.answered()
    one = queries()
    for number in (1, 2, 4):
        scene.refer(assignment_id=None, suggestion_ids=[scene.suggestion(number).pk], item=f"第{number}条")
    assert queries() == one


# --- referring ----------------------------------------------------------------------------------------------


def test_the_lines_of_a_signed_summary_are_referred_at_once(scene: Referring) -> None:
    path = f"/summaries/{scene.summary.pk}/refer/"
    line = f"line-{scene.assignment.pk}"
    page = look(path, secretary(scene), at=LATER)
    assert "商场地下车库前一小时免费" in text_of(page)
    assert f'name="{line}-lead"' in page.content.decode()
    sent = {
        f"{line}-chosen": "on",
        f"{line}-lead": scene.transport.pk,
        f"{line}-cohandling": [scene.police.pk],
        f"{line}-due": "2026-07-01",
    }
    done = send(path, secretary(scene), **sent)
    assert (done.status_code, done["Location"]) == (303, path)
    referral = Referral.objects.get()
    assert (referral.assignment, referral.summary, str(referral.due)) == (
        scene.assignment,
        scene.summary,
        "2026-07-01",
    )
    assert sorted(referral.bodies.values_list("body__short_name", "leads")) == [
        ("县交通运输局", True),
        ("县公安局", False),
    ]
    again = look(path, secretary(scene), at=LATER)
    assert f'href="/referrals/{referral.pk}/"' in again.content.decode()
    assert f'name="{line}-lead"' not in again.content.decode()


def test_of_a_line_that_is_refused_the_fault_stands_beside_it(scene: Referring) -> None:
    path = f"/summaries/{scene.summary.pk}/refer/"
    line = f"line-{scene.assignment.pk}"
    nobody = send(path, secretary(scene), **{f"{line}-chosen": "on", f"{line}-lead": ""})
    assert (nobody.status_code, "errorlist" in nobody.content.decode()) == (422, True)
    past = {f"{line}-chosen": "on", f"{line}-lead": scene.transport.pk, f"{line}-due": "2020-01-01"}
    refused = send(path, secretary(scene), **past)
    assert (refused.status_code, "早于今天" in text_of(refused)) == (422, True)
    assert 'value="2020-01-01"' in refused.content.decode()
    assert send(path, secretary(scene), **{f"{line}-lead": scene.transport.pk}).status_code == 303
    assert not Referral.objects.exists()


def test_nobody_but_the_secretary_refers(scene: Referring) -> None:
    paths = (f"/summaries/{scene.summary.pk}/refer/", f"/suggestions/{scene.suggestion(1).pk}/refer/")
    for path in paths:
        for nobody in (member(scene, 1), scene.handler, make_moderator(scene.county), make_chair(scene)):
            assert look(path, nobody, at=LATER).status_code == 404
            assert send(path, nobody, lead=scene.transport.pk, item="做").status_code == 404
        assert look(path, at=LATER).status_code == 302
        assert send(path, None, lead=scene.transport.pk, item="做").status_code == 403
    assert not Referral.objects.exists()


def test_a_single_suggestion_is_found_by_its_number_and_referred(scene: Referring) -> None:
    topic = scene.suggestion(1).topic_id
    finding = f"/deliberations/{scene.drafted.finished.deliberation.pk}/refer/"
    found = look(finding, secretary(scene), at=LATER, topic=str(topic), number="1")
    path = f"/suggestions/{scene.suggestion(1).pk}/refer/"
    assert found["Location"] == path
    # No. 6 is hidden.
    for number in ("6", "99", "", "x"):
        missed = look(finding, secretary(scene), at=LATER, topic=str(topic), number=number)
        assert missed["Location"].endswith("/follow-up/")
    assert "机关单位车位" in look(path, secretary(scene), at=LATER).content.decode()
    done = send(path, secretary(scene), item="错时开放机关车位", lead=scene.transport.pk, due="")
    referral = Referral.objects.get()
    assert done["Location"] == f"/referrals/{referral.pk}/"
    assert (referral.item, list(referral.suggestions.all())) == ("错时开放机关车位", [scene.suggestion(1)])
    assert "已经交办" in text_of(look(path, secretary(scene), at=LATER))
    assert send(path, secretary(scene), item="再来", lead=scene.transport.pk).status_code == 409
    assert (
        look(f"/suggestions/{scene.suggestion(6).pk}/refer/", secretary(scene), at=LATER).status_code == 404
    )


# --- by a signed link ---------------------------------------------------------------------------------------


def by_link(scene: Referring, referral: Referral, *, days: int = 30) -> str:
    _link, token = make_link(
        referral_id=referral.pk, body_id=scene.transport.pk, days=days, by=scene.by, at=REFERRED
    )
    return f"/r/{token}/"


def test_a_body_without_accounts_accepts_and_answers_by_its_link(scene: Referring) -> None:
    referral = scene.refer()
    path = by_link(scene, referral)
    page = look(path, at=LATER)
    assert offered(page) == ["accept", "send-back"]
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert send(f"{path}accept", None)["Location"] == path
    assert send(f"{path}answer", None, text="", grade=scene.grade.pk).status_code == 422
    file = SimpleUploadedFile("方案.pdf", pdf())
    done = send(f"{path}answer", None, text="已办理", grade=scene.grade.pk, attachments=file)
    assert done.status_code == 303
    referral.refresh_from_db()
    assert referral.state == "answered"
    assert (Attachment.objects.get().uploaded_by, referral.replies.get().by) == (None, None)
    page = look(path, at=LATER)
    assert offered(page) == ["undo"]
    file_path = f"{path}files/{Attachment.objects.get().pk}"
    assert file_path in page.content.decode()
    taken = look(file_path, at=LATER)
    assert (taken.status_code, taken.content[:5]) == (200, b"%PDF-")
    assert "attachment" in taken["Content-Disposition"]
    foreign = look(by_link(scene, other_of(scene)) + file_path.removeprefix(path), at=LATER)
    assert foreign.status_code == 404


def other_of(scene: Referring) -> Referral:
    """Another referral, on another suggestion."""
    return scene.refer(assignment_id=None, suggestion_ids=[scene.suggestion(1).pk], item="错时开放")


def test_by_a_link_nothing_else_is_possible(scene: Referring) -> None:
    referral = scene.refer()
    path = by_link(scene, referral)
    for verb, fields in (
        ("supervise", {"note": ""}),
        ("withdraw", {"reason": "不要了"}),
        ("extend", {"reason": "再等等"}),
        ("close", {"note": ""}),
        ("readdress", {"lead": scene.police.pk}),
        ("rate", {"degree": "yes"}),
        ("contribute", {"text": "我们也说", "body": scene.police.pk}),
    ):
        assert send(f"{path}{verb}", None, **fields).status_code in (403, 409, 422)
    referral.refresh_from_db()
    assert (referral.state, referral.edition) == ("issued", 1)
    assert send(f"{path}fly", None).status_code == 404


def test_a_link_that_is_wrong_expired_or_withdrawn_says_so(scene: Referring) -> None:
    referral = scene.refer()
    path = by_link(scene, referral, days=2)
    for wrong in ("/r/abc/", f"{path[:-2]}/", f"/r/{'9' * 300}/"):
        answer = look(wrong, at=LATER)
        assert (answer.status_code, answer["X-Robots-Tag"].startswith("noindex")) == (404, True)
        assert send(f"{wrong}accept", None).status_code == 404
    expired = look(path, at=REFERRED + 3 * DAY)
    assert (expired.status_code, "已经过期" in text_of(expired)) == (410, True)
    assert send(f"{path}accept", None, at=REFERRED + 3 * DAY).status_code == 410
    assert Referral.objects.get().state == "issued"


def test_links_are_not_opened_at_any_pace(scene: Referring) -> None:
    path = by_link(scene, scene.refer())
    client = Client()
    with time_machine.travel(LATER, tick=False):
        answers = [client.get("/r/abc/").status_code for _ in range(130)]
        assert (answers[0], answers[-1]) == (404, 429)
        assert client.get(path).status_code == 429


def test_the_page_of_a_link_shows_no_way_to_what_needs_an_account(scene: Referring) -> None:
    referral = scene.refer()
    path = by_link(scene, referral)
    send_back_referral(referral_id=referral.pk, reason="归城管", by=scene.acting, at=REFERRED + DAY)
    page = look(path, at=LATER)
    assert "归城管" in text_of(page)
    assert offered(page) == ["undo"]
    assert "/links" not in page.content.decode()


def test_every_step_of_the_table_that_people_take_has_an_address() -> None:
    assert set(VERBS.values()) == set(Move) - {Move.ISSUE, Move.REMIND, Move.REOPEN}


def test_actors_are_known_by_their_membership(scene: Referring) -> None:
    """A role that has ended offers nothing."""
    referral = scene.refer()
    scene.handler.memberships.update(until=REFERRED.date() - DAY)
    assert actor(scene.handler, LATER).grants == {}
    assert offered(look(f"/referrals/{referral.pk}/", scene.handler, at=LATER)) == []
