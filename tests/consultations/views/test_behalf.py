from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from consultations.actions.behalf import enter_suggestion
from consultations.actions.kept_files import Upload
from consultations.models import Scan, Suggestion, Topic
from consultations.queries.behalf import find_members, members_named
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, actor, make_suggestion
from tests.consultations.papers import jpeg, pdf, png
from tests.jianyan.accounts.factories import make_auditor, make_county, make_member, make_moderator

TEXT = "在老年大学门口增设公交停靠站。"


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


@pytest.fixture(autouse=True)
def live(scene: Scene) -> None:
    """The topic is live now: pages ask the clock."""
    now = timezone.now()
    Topic.objects.filter(pk=scene.topic.pk).update(opens_at=now - HOUR, closes_at=now + HOUR)


def client(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def address(scene: Scene) -> str:
    return f"/desk/{scene.topic.pk}/behalf/"


def fields(member: User, **more: Any) -> dict[str, Any]:
    return {
        "member": member.pk,
        "ref": str(uuid.uuid4()),
        "source": "paper",
        "text": TEXT,
        "cosigners": "",
    } | more


def a_file(content: bytes, name: str = "第一张.jpg", media_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def entered(scene: Scene, content: bytes = b"") -> Suggestion:
    return enter_suggestion(
        topic_id=scene.topic.pk,
        member_id=scene.member.pk,
        source="paper",
        text=TEXT,
        client_ref=str(uuid.uuid4()),
        scan=Upload("手写件.html", content or png()),
        by=actor(scene.secretary, timezone.now()),
    ).suggestion


# ── Whom ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("罗小满", ["罗小满"]),
        ("小满", ["罗小满"]),
        ("luoxiaoman", ["罗小满"]),
        ("Luo Xiao", ["罗小满"]),
        ("lxm", ["罗小满"]),
        ("ｌｘｍ", ["罗小满"]),
        ("gu", ["顾南枝"]),
        ("", []),
        ("没有这个人", []),
        ("韩主持", []),
    ],
)
def test_members_are_found_by_name_and_by_pinyin(scene: Scene, search: str, found: list[str]) -> None:
    assert [one.name for one in find_members(scene.topic, search, at=timezone.now())] == found


def test_members_are_found_by_the_last_digits_of_their_phone(scene: Scene) -> None:
    tail = str(scene.member.phone)[-4:]
    assert [one.name for one in find_members(scene.topic, tail, at=timezone.now())] == ["罗小满"]
    assert find_members(scene.topic, tail[-2:], at=timezone.now()) == ()


def test_whoever_has_an_idea_is_marked_and_people_come_in_order_of_strokes(scene: Scene) -> None:
    make_member(scene.county, "林一")
    found = find_members(scene.topic, "林", at=timezone.now())
    assert [(one.name, one.is_free, one.sector) for one in found] == [
        ("林一", True, "文艺界"),
        ("林栖云", False, "文艺界"),
    ]


@pytest.mark.parametrize("members", [1, 3])
def test_a_search_takes_four_queries_whatever_it_finds(
    scene: Scene, members: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(members):
        make_member(scene.county, f"朱{number}")
    with django_assert_num_queries(4):
        assert len(find_members(scene.topic, "朱", at=timezone.now())) == members


def test_names_mean_members_and_digits_tell_those_apart_who_share_one(scene: Scene) -> None:
    namesake = make_member(scene.county, "罗小满")
    at = timezone.now()
    named = members_named(scene.topic, ["顾南枝", "罗小满", "查无此人"], at=at)
    assert (named.ids, named.unknown, named.ambiguous) == (
        (scene.other.pk,),
        ("查无此人",),
        ("罗小满",),
    )
    tail = str(namesake.phone)[-4:]
    assert members_named(scene.topic, [f"罗小满 {tail}"], at=at).ids == (namesake.pk,)


# ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["moderator", "secretary"])
def test_staff_enter_an_idea_in_two_steps_without_a_script(scene: Scene, who: str) -> None:
    staff = client(getattr(scene, who))
    page = staff.get(address(scene), {"q": "luo"}).text
    assert f"?member={scene.member.pk}#behalf-form" in page
    page = staff.get(address(scene), {"member": scene.member.pk}).text
    assert 'enctype="multipart/form-data"' in page
    done = staff.post(address(scene), fields(scene.member, scan=a_file(jpeg()), cosigners="顾南枝，顾南枝"))
    assert (done.status_code, done["Location"]) == (303, address(scene))
    suggestion = Suggestion.objects.get(author=scene.member)
    assert (suggestion.text, suggestion.status, suggestion.entered_by) == (
        TEXT,
        "pending",
        getattr(scene, who),
    )
    assert suggestion.scan.name == "第一张.jpg"
    assert [row.member for row in suggestion.cosigners.all()] == [scene.other]
    page = staff.get(address(scene)).text
    assert TEXT in page
    assert f"/suggestions/{suggestion.pk}/scan" in page


def test_for_htmx_the_search_is_the_list_alone(scene: Scene) -> None:
    answer = client(scene.moderator).get(address(scene), {"q": "lxm"}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="behalf-found"')
    assert "罗小满" in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"text": ""}, 422, "这个字段是必填项"),
        ({"text": "建" * 201}, 422, "201"),
        ({"cosigners": "查无此人"}, 422, "没有这个姓名的委员：查无此人"),
        ({"scan": a_file(b"<html><script>alert(1)</script></html>")}, 422, "未接收该文件"),
        ({"scan": a_file(b"")}, 422, "未接收该文件"),
        ({"source": "rumour"}, 422, "rumour"),
        ({"ref": "mine"}, 422, "尚未录入"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    scene: Scene, more: dict[str, Any], status: int, said: str
) -> None:
    wish = fields(scene.member, cosigners="顾南枝") | more
    answer = client(scene.secretary).post(address(scene), wish)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert str(wish["text"]) in answer.text
    assert str(wish["cosigners"]) in answer.text
    assert not Suggestion.objects.filter(author=scene.member).exists()


def test_a_file_that_is_too_large_is_refused_unread(scene: Scene, settings: Settings) -> None:
    settings.SCAN_MOST_BYTES = 1024 * 1024
    answer = client(scene.secretary).post(
        address(scene), fields(scene.member, scan=a_file(bytes(1024 * 1024 + 1)))
    )
    assert (answer.status_code, "文件超过1 MB" in answer.text) == (422, True)


def test_whoever_has_an_idea_already_is_said_before_and_after(scene: Scene) -> None:
    staff = client(scene.secretary)
    page = staff.get(address(scene), {"member": scene.author.pk}).text
    assert "林栖云在本议题已有一条建言" in page
    assert 'id="behalf-form"' not in page
    answer = staff.post(address(scene), fields(scene.author))
    assert (answer.status_code, TEXT in answer.text) == (409, True)


def test_sent_twice_it_is_entered_once(scene: Scene) -> None:
    staff, wish = client(scene.secretary), fields(scene.member)
    for _time in range(2):
        assert staff.post(address(scene), wish).status_code == 303
    assert Suggestion.objects.filter(author=scene.member).count() == 1


def test_a_frozen_topic_shows_what_was_entered_and_takes_no_more(scene: Scene) -> None:
    entered(scene)
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=timezone.now())
    page = client(scene.secretary).get(address(scene)).text
    assert TEXT in page
    assert 'id="behalf-q"' not in page


@pytest.mark.parametrize("who", [None, "member", "stranger"])
def test_the_page_is_for_the_staff_of_the_host(scene: Scene, who: str | None) -> None:
    users = {None: None, "member": scene.member, "stranger": make_moderator(make_county("政协邻县委员会"))}
    visitor = client(users[who])
    status = 302 if who is None else 403
    assert visitor.get(address(scene)).status_code == status
    assert visitor.post(address(scene), fields(scene.other)).status_code == status
    assert not Suggestion.objects.filter(author=scene.other).exists()


def test_the_member_is_shown_who_typed_it_and_the_scan(scene: Scene) -> None:
    suggestion = entered(scene)
    own = client(scene.member).get(f"/topics/{scene.topic.pk}/own/").text
    assert f"第2条由{scene.secretary}为您代录（书面），归您本人。" in own
    assert f"/suggestions/{suggestion.pk}/scan" in own
    assert "代录" not in client(scene.author).get(f"/topics/{scene.topic.pk}/own/").text


def test_the_public_journal_says_that_it_was_entered_and_how_many_signed(scene: Scene) -> None:
    entered(scene)
    client(scene.author).post(
        f"/topics/{scene.topic.pk}/own/cosigners/{scene.suggestion.pk}/", {"names": "顾南枝"}
    )
    page = client(None).get(f"/topics/{scene.topic.pk}/journal/").text
    assert "工作人员代录（书面）。" in page
    assert "另有0人联名，1人尚未答复。" in page
    assert str(scene.secretary) not in page


# ── Scans ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "media_type", "disposition", "ending"),
    [
        (png(), "image/png", "inline", "png"),
        (jpeg(), "image/jpeg", "inline", "jpg"),
        (pdf(), "application/pdf", "attachment", "pdf"),
    ],
)
def test_a_scan_is_given_out_as_what_it_is_and_can_do_nothing(
    scene: Scene, content: bytes, media_type: str, disposition: str, ending: str
) -> None:
    suggestion = entered(scene, content)
    answer = client(scene.secretary).get(f"/suggestions/{suggestion.pk}/scan")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].startswith(f"{disposition}; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(f"2.{ending}")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("who", ["moderator", "secretary", "member", "auditor"])
def test_a_scan_is_open_to_staff_auditors_and_its_author(scene: Scene, who: str) -> None:
    users = {
        "moderator": scene.moderator,
        "secretary": scene.secretary,
        "member": scene.member,
        "auditor": make_auditor(scene.county),
    }
    suggestion = entered(scene)
    assert client(users[who]).get(f"/suggestions/{suggestion.pk}/scan").status_code == 200


@pytest.mark.parametrize("who", [None, "author", "other", "stranger"])
def test_for_everybody_else_there_is_no_scan(scene: Scene, who: str | None) -> None:
    users = {
        None: None,
        "author": scene.author,
        "other": scene.other,
        "stranger": make_moderator(make_county("政协邻县委员会")),
    }
    suggestion = entered(scene)
    visitor = client(users[who])
    assert visitor.get(f"/suggestions/{suggestion.pk}/scan").status_code == 404
    assert visitor.get(f"/suggestions/{scene.suggestion.pk}/scan").status_code == 404
    assert visitor.get("/suggestions/999999/scan").status_code == 404


def test_a_scan_that_was_changed_on_the_disk_is_not_given_out(scene: Scene, directory: Path) -> None:
    suggestion = entered(scene)
    (directory / Scan.objects.get().stored).write_bytes(b"<script>alert(1)</script>")
    answer = client(scene.secretary).get(f"/suggestions/{suggestion.pk}/scan")
    assert (answer.status_code, "alert" in answer.text) == (404, False)


def test_no_address_leads_to_a_file_by_its_name(scene: Scene) -> None:
    entered(scene)
    stored = Scan.objects.get().stored
    for path in (f"/scans/{stored}", f"/static/{stored}", f"/static/../scans/{stored}", f"/media/{stored}"):
        assert client(scene.secretary).get(path).status_code == 404


# ── Signing together ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_names_another_who_agrees_and_leaves_again(scene: Scene) -> None:
    own = f"/topics/{scene.topic.pk}/own/"
    author, member = client(scene.author), client(scene.member)
    page = author.get(f"/topics/{scene.topic.pk}/").text
    assert f"{own}cosigners/{scene.suggestion.pk}/" in page
    done = author.post(f"{own}cosigners/{scene.suggestion.pk}/", {"names": "罗小满"})
    assert (done.status_code, done["Location"]) == (303, f"/topics/{scene.topic.pk}/")
    assert "林栖云邀请您联名提出第1条" in member.get(own).text
    assert "林栖云" in member.get("/me/").text
    for answer, said in (("agree", "您与林栖云联名提出了第1条"), ("leave", "您没有参加林栖云第1条的联名")):
        told = member.post(
            f"{own}cosigning/{scene.suggestion.pk}/",
            {"answer": answer},
            headers={"Accept": "application/json"},
        )
        assert told.status_code == 204
        assert said in member.get(own).text


def test_a_signer_sees_their_slot_taken_and_no_button_to_support(scene: Scene) -> None:
    own = f"/topics/{scene.topic.pk}/own/"
    member = client(scene.member)
    client(scene.author).post(f"{own}cosigners/{scene.suggestion.pk}/", {"names": "罗小满"})
    before = member.get(f"/topics/{scene.topic.pk}/").text
    member.post(f"{own}cosigning/{scene.suggestion.pk}/", {"answer": "agree"})
    after = member.get(f"/topics/{scene.topic.pk}/").text
    form = f'action="/topics/{scene.topic.pk}/suggestions"'
    assert f"{form}>" in before
    assert f"{form} hidden>" in after
    assert f'class="suggestion mine" id="s{scene.suggestion.pk}"' in after
    assert "林栖云、罗小满" in after


@pytest.mark.parametrize(
    ("who", "path", "sent", "status", "code"),
    [
        ("author", "cosigners/{id}/", {"names": "查无此人"}, 422, "bad_form"),
        ("author", "cosigners/{id}/", {"names": " 、"}, 422, "bad_form"),
        ("author", "cosigners/{id}/", {"names": "林栖云"}, 422, "own_cosigner"),
        ("member", "cosigners/{id}/", {"names": "顾南枝"}, 403, "not_allowed"),
        ("member", "cosigning/{id}/", {"answer": "agree"}, 403, "not_allowed"),
        ("member", "cosigning/{id}/", {"answer": "perhaps"}, 422, "bad_form"),
        ("member", "cosigning/999999/", {"answer": "agree"}, 422, "unknown_suggestion"),
        (None, "cosigning/{id}/", {"answer": "agree"}, 403, "not_signed_in"),
    ],
)
def test_what_is_refused_says_why(
    scene: Scene, who: str | None, path: str, sent: dict[str, str], status: int, code: str
) -> None:
    visitor = client(getattr(scene, who) if who is not None else None)
    answer = visitor.post(
        f"/topics/{scene.topic.pk}/own/{path.format(id=scene.suggestion.pk)}",
        sent,
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_part_about_signing_takes_as_many_queries_whatever_the_rows(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from consultations.actions.cosigning import name_cosigners
    from consultations.queries.cosigning import cosigning_part
    from consultations.queries.state import load_topic

    for number in range(rows):
        lead = make_member(scene.county, f"朱{number}")
        suggestion = make_suggestion(scene.topic, lead, at=timezone.now())
        name_cosigners(
            suggestion_id=suggestion.pk, member_ids=[scene.author.pk, scene.other.pk], by=actor(lead)
        )
    topic, by = load_topic(scene.topic.pk), actor(scene.author, timezone.now())
    with django_assert_num_queries(4):
        part = cosigning_part(topic, by, at=timezone.now())
    assert (len(part.own), len(part.invitations)) == (1, rows)
