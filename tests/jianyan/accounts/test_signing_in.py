"""Signing in to a running site: however a name is typed, whoever may not, and without Redis."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from jianyan.accounts.models import Membership, User
from tests import servers
from tests.conftest import database_url
from tests.jianyan.accounts.factories import PASSWORD, make_user
from tests.realtime.asking import Answer, Asker
from tests.realtime.conftest import Hall, hall, lasting_site, make_hall
from tests.realtime.readers import reading
from tests.servers import Redis

__all__ = ["hall", "lasting_site"]

LOGIN = "/accounts/login/"
NOT_RIGHT = "手机号、用户名或密码不正确，请重新输入。"
TOO_OFTEN = "失败次数过多，请五分钟后再试。"


def sign_in(asker: Asker, name: str, password: str = PASSWORD) -> Answer:
    return asker.post_form(LOGIN, login=name, password=password)


def test_a_phone_is_understood_however_it_is_typed(hall: Hall) -> None:
    phone = hall.member.phone
    assert phone is not None
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in phone)
    for typed in (
        phone,
        f" {phone[:3]} {phone[3:7]} {phone[7:]} ",
        f"+86 {phone}",
        f"0086{phone}",
        full_width,
    ):
        answer = sign_in(Asker(hall.site.port), typed)
        assert (answer.status, answer.headers.get("Location")) == (302, "/"), typed


def test_wrong_inactive_and_unknown_get_one_answer_and_then_have_to_wait(hall: Hall) -> None:
    inactive = make_user("停用")
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    for name, password in (
        (hall.member.username, "wrong"),
        (inactive.username, PASSWORD),
        ("nobody-at-all", PASSWORD),
    ):
        answer = sign_in(Asker(hall.site.port), name, password)
        assert (answer.status, NOT_RIGHT in answer.words) == (200, True)
    english = Asker(hall.site.port, language="en").post_form(LOGIN, login="nobody-at-all", password="x")
    assert "The phone number, username or password is not right. Please try again." in english.words
    for _ in range(4):
        assert NOT_RIGHT in sign_in(Asker(hall.site.port), hall.member.username, "wrong").words
    locked = sign_in(Asker(hall.site.port), hall.member.username)
    assert (locked.status, TOO_OFTEN in locked.words) == (200, True)
    assert sign_in(Asker(hall.site.port), hall.other.username).status == 302


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 10_000, "' OR 1=1 --", "\u202e", "+86"])
def test_whatever_is_typed_gets_the_form_back(hall: Hall, name: str) -> None:
    answer = sign_in(Asker(hall.site.port), name)
    assert answer.status == 200
    assert "手机号或用户名" in answer.words


def test_a_member_whose_term_has_ended_signs_in_and_only_follows(hall: Hall) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(user=hall.member).update(until=yesterday)
    member = Asker(hall.site.port)
    assert sign_in(member, hall.member.username).status == 302
    assert "您正在旁听。" in member.page(f"/topics/{hall.topic.pk}/").words
    wish = {"ref": str(uuid.uuid4()), "suggestion": hall.suggestion.pk, "choice": "support"}
    refused = member.post_json(f"/topics/{hall.topic.pk}/votes", wish)
    assert (refused.status, refused.frame["code"]) == (403, "not_allowed")
    with reading(hall.url, hall.topic.pk, session=member.cookies["sessionid"]) as reader:
        assert reader.next("welcome")["me"]["role"] == "observer"


def test_a_first_password_leads_to_a_new_one_and_every_fault_is_said_in_chinese(hall: Hall) -> None:
    User.objects.filter(pk=hall.member.pk).update(must_change_password=True)
    member = Asker(hall.site.port)
    assert sign_in(member, hall.member.username).status == 302
    held = member.page(f"/topics/{hall.topic.pk}/")
    change = f"/accounts/password/change/?next=%2Ftopics%2F{hall.topic.pk}%2F"
    assert (held.status, held.headers["Location"]) == (302, change)

    def choose(old: str, new: str, again: str) -> Answer:
        return member.post_form("/accounts/password/change/", oldpassword=old, password1=new, password2=again)

    assert "当前密码不正确。" in choose("wrong", "another-advice-2026", "another-advice-2026").words
    assert "密码太短，至少需要8个字符。" in choose(PASSWORD, "short", "short").words
    assert "每次输入的密码必须相同。" in choose(PASSWORD, "another-advice-2026", "another-advice-2027").words
    chosen = choose(PASSWORD, "another-advice-2026", "another-advice-2026")
    assert (chosen.status, chosen.headers["Location"]) == (302, "/")
    assert member.page(f"/topics/{hall.topic.pk}/").status == 200


def test_without_redis_members_sign_in_vote_and_are_still_counted(
    transactional_db: None, tmp_path: Path, own_redis: Redis
) -> None:
    with servers.site(
        tmp_path / "site", JIANYAN_ENV="test", DATABASE_URL=database_url(), REDIS_URL=own_redis.url
    ) as site:
        hall = make_hall(site)
        assert sign_in(Asker(site.port), hall.member.username).status == 302
        own_redis.kill()
        member = Asker(site.port)
        assert NOT_RIGHT in sign_in(member, hall.member.username, "wrong").words
        assert sign_in(member, hall.member.username).status == 302
        wish = {"ref": str(uuid.uuid4()), "suggestion": hall.suggestion.pk, "choice": "support"}
        assert member.post_json(f"/topics/{hall.topic.pk}/votes", wish).frame["type"] == "ack"
        assert member.page("/accounts/password/change/").status == 200
        for _ in range(5):
            assert NOT_RIGHT in sign_in(Asker(site.port), hall.other.username, "wrong").words
        assert TOO_OFTEN in sign_in(Asker(site.port), hall.other.username).words
        assert member.ask("POST", "/accounts/logout/", b"").status == 302
        assert "Internal Server Error" not in site.log.read_text()
