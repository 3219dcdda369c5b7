"""Signing in and out, passwords, and the pages around them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from jianyan.accounts.models import User

from . import factories
from .factories import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CHANGE = "/accounts/password/change/"
NEW = "another-advice-2026"


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user() -> User:
    return factories.make_user("周砚", phone="19900090001")


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **extra})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed",
    ["19900090001", " 199 0009 0001 ", "+86 199-0009-0001", "１９９０００９０００１", "0086 19900090001"],
)
def test_a_member_signs_in_with_the_phone_however_it_is_typed(client: Client, user: User, typed: str) -> None:
    response = sign_in(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client)


def test_a_username_does_as_well(client: Client) -> None:
    User.objects.create_user("secretary", password=PASSWORD, display_name="沈秘书")
    sign_in(client, " secretary ")
    assert signed_in(client)


def test_after_signing_in_one_is_where_one_wanted_to_be(client: Client, user: User) -> None:
    assert sign_in(client, "19900090001", next="/topics/3/")["Location"] == "/topics/3/"
    client.logout()
    assert sign_in(client, "19900090001", next="https://elsewhere.example.invalid/")["Location"] == "/"


def test_a_session_lasts_beyond_the_browser(client: Client, user: User) -> None:
    sign_in(client, "19900090001")
    assert not client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(("name", "password"), [("19900090001", "wrong"), ("19900099999", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: Client, user: User, name: str, password: str
) -> None:
    response = client.post(
        LOGIN, {"login": name, "password": password}, headers={"accept-language": "zh-hans"}
    )
    assert response.status_code == 200
    assert "手机号、用户名或密码不正确，请重新输入。" in response.text
    english = client.post(LOGIN, {"login": name, "password": password}, headers={"accept-language": "en"})
    assert "The phone number, username or password is not right. Please try again." in english.text
    assert not signed_in(client)


def test_a_deactivated_member_and_one_without_a_password_get_that_answer_too(
    client: Client, user: User
) -> None:
    factories.make_user("李明", phone="19900090002", password=None)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for name in ("19900090001", "19900090002"):
        response = client.post(
            LOGIN, {"login": name, "password": PASSWORD}, headers={"accept-language": "en"}
        )
        assert "is not right" in response.text
        assert not signed_in(client)


class CountingHasher(MD5PasswordHasher):
    """Counts the work; the time of a sign-in is the time of its hashes."""

    algorithm = "counting"
    count: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"])
def test_an_unknown_name_takes_as_much_work_as_a_wrong_password() -> None:
    factories.make_user("周砚", phone="19900090001")
    closed = factories.make_user("李明", phone="19900090002", password=None)
    inactive = factories.make_user("王舒", phone="19900090003")
    inactive.is_active = False
    inactive.save()
    work = []
    for name in ("19900090001", "19900090002", "19900090003", "19900099999", "nobody"):
        CountingHasher.count = 0
        assert authenticate(None, username=name, password="wrong") is None
        work.append(CountingHasher.count)
    assert not closed.has_usable_password()
    assert work == [1, 1, 1, 1, 1]


def test_a_phone_counts_for_more_than_a_username_that_looks_like_it(user: User) -> None:
    squatter = User.objects.create_user("19900090008", password=NEW, display_name="占用者")
    owner = factories.make_user("李明", phone="19900090009")
    User.objects.filter(pk=owner.pk).update(phone="19900090008")
    assert authenticate(None, username="19900090008", password=PASSWORD) == owner
    assert authenticate(None, username="19900090008", password=NEW) == squatter


def test_nothing_typed_signs_nobody_in() -> None:
    assert authenticate(None, username="", password="x") is None
    assert authenticate(None, username="x", password="") is None


def test_five_failures_close_a_name_however_it_is_typed_and_no_other(client: Client, user: User) -> None:
    factories.make_user("李明", phone="19900090002")
    for typed in (
        "19900090001",
        "+8619900090001",
        "199 0009 0001",
        "１９９０００９０００１",
        "199-0009-0001",
    ):
        sign_in(client, typed, "wrong")
    response = client.post(
        LOGIN, {"login": "19900090001", "password": PASSWORD}, headers={"accept-language": "zh-hans"}
    )
    assert "失败次数过多，请五分钟后再试。" in response.text
    assert not signed_in(client)
    sign_in(client, "19900090002")
    assert signed_in(client)


def test_a_full_hall_may_sign_in_from_one_address(user: User) -> None:
    for _ in range(40):
        client = Client()
        sign_in(client, "19900090001")
        assert signed_in(client)


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_an_address_that_tries_too_often_is_told_to_wait(client: Client) -> None:
    for _ in range(2):
        sign_in(client, "nobody", "x")
    response = client.post(
        LOGIN, {"login": "nobody", "password": "x"}, headers={"accept-language": "zh-hans"}
    )
    assert response.status_code == 429
    assert "短时间内尝试次数过多，请稍等一分钟再试。" in response.text


def test_signing_out_takes_a_click_and_no_less(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not signed_in(client)


def test_a_new_password_replaces_the_old_one_and_ends_other_sessions(client: Client, user: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    client.force_login(user)
    wrong = client.post(
        CHANGE,
        {"oldpassword": "wrong", "password1": NEW, "password2": NEW},
        headers={"accept-language": "zh-hans"},
    )
    assert "当前密码不正确。" in wrong.text
    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (response.status_code, response["Location"]) == (302, "/")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(CHANGE).status_code == 200
    assert elsewhere.get(CHANGE).status_code == 302


def test_a_first_password_must_be_changed_before_anything_else(client: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    response = sign_in(client, "19900090001")
    assert response["Location"] == "/"
    assert client.get("/accounts/sessions/")["Location"] == f"{CHANGE}?next=%2Faccounts%2Fsessions%2F"
    assert client.post("/accounts/sessions/")["Location"] == CHANGE
    assert client.get("/no/such/page/").status_code == 404

    page = client.get(CHANGE, headers={"accept-language": "zh-hans"})
    assert "您用的是经他人之手的初始密码，请先设置自己的密码再继续。" in page.text
    for rule in (
        "不能与用户名、姓名等个人信息相近。",
        "至少需要8个字符。",
        "不能是常见的密码。",
        "不能全是数字。",
    ):
        assert rule in page.text
    assert "你" not in page.text
    chosen = client.post(
        CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, "next": "/accounts/sessions/"}
    )
    assert chosen["Location"] == "/accounts/sessions/"
    assert client.get("/accounts/sessions/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password


def test_who_has_a_first_password_can_still_leave(client: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client, "19900090001")
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_whoever_has_no_password_yet_chooses_one(client: Client) -> None:
    user = factories.make_user("李明", password=None)
    client.force_login(user)
    assert client.get(CHANGE)["Location"] == "/accounts/password/set/"
    assert client.get("/accounts/password/set/").status_code == 200
    client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_nobody_signs_up_and_no_e_mail_is_asked_for() -> None:
    for name in ("account_signup", "account_email", "account_reset_password", "account_request_login_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_signing_up_stays_closed_for_other_ways_in(rf: RequestFactory) -> None:
    assert not get_adapter().is_open_for_signup(rf.get("/"))


def account_pages() -> list[str]:
    """The addresses below /accounts/ that need no number."""
    parts = get_resolver().url_patterns
    resolver = next(p for p in parts if isinstance(p, URLResolver) and str(p.pattern) == "accounts/")
    names = [name for name in resolver.reverse_dict if isinstance(name, str)]
    pages = []
    for name in names:
        try:
            pages.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted(pages)


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_every_account_page_is_in_the_look_of_the_site(client: Client, user: User) -> None:
    client.force_login(user)
    seen = {}
    for page in account_pages():
        response = client.get(page, headers={"accept-language": "zh-hans"})
        seen[page] = response.status_code
        if response.status_code == 200:
            assert 'class="site-head"' in response.text, page
            assert "style=" not in response.text, page
    assert seen == {
        "/accounts/2fa/": 200,
        # Without a second factor there is nothing to show or to give up, and adding one asks for the password again.
        "/accounts/2fa/authenticate/": 302,
        "/accounts/2fa/reauthenticate/": 302,
        "/accounts/2fa/recovery-codes/": 404,
        "/accounts/2fa/recovery-codes/download/": 404,
        "/accounts/2fa/recovery-codes/generate/": 302,
        "/accounts/2fa/totp/activate/": 302,
        "/accounts/2fa/totp/deactivate/": 404,
        "/accounts/2fa/webauthn/": 200,
        "/accounts/2fa/webauthn/add/": 302,
        "/accounts/2fa/webauthn/reauthenticate/": 302,
        "/accounts/inactive/": 200,
        "/accounts/login/": 302,
        "/accounts/logout/": 200,
        "/accounts/password/change/": 200,
        "/accounts/password/set/": 302,
        "/accounts/reauthenticate/": 200,
        "/accounts/sessions/": 200,
    }


def test_a_second_factor_is_asked_for_once_there_is_one(client: Client, user: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert sign_in(client, "19900090001")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    page = client.get("/accounts/2fa/authenticate/")
    assert 'class="site-head"' in page.text
    assert "placeholder" not in page.text
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)
    assert client.get("/accounts/2fa/").status_code == 200


def confirm_password(client: Client) -> None:
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/"})
    assert response["Location"] == "/accounts/2fa/"


def test_an_authenticator_app_is_set_up_after_the_password_once_more(client: Client, user: User) -> None:
    sign_in(client, "19900090001")
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    wrong = client.post(
        "/accounts/reauthenticate/", {"password": "wrong"}, headers={"accept-language": "zh-hans"}
    )
    assert "密码不正确。" in wrong.text
    confirm_password(client)
    page = client.get("/accounts/2fa/totp/activate/")
    assert 'class="qr"' in page.text
    client.post("/accounts/2fa/totp/activate/", {"code": code(page.context["form"].secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert "<textarea" in client.get("/accounts/2fa/recovery-codes/").text


def test_security_keys_are_listed_with_what_was_done_with_them(client: Client, user: User) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    sign_in(client, "19900090001")
    confirm_password(client)
    assert "还没有添加安全密钥。" in client.get("/accounts/2fa/webauthn/").text
    assert "密钥名称" in client.get("/accounts/2fa/webauthn/add/").text
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "办公室", "credential": {}})
    assert "尚未使用" in client.get("/accounts/2fa/webauthn/").text
    key.record_usage()
    listed = client.get("/accounts/2fa/webauthn/").text
    assert "办公室" in listed
    assert "上次使用 现在" in " ".join(listed.split())
    edit = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"
    assert "密钥名称" in client.get(edit).text
    client.post(edit, {"name": "家里"})
    assert "家里" in client.get("/accounts/2fa/webauthn/").text


def test_devices_are_listed_in_words_and_ended_from_another(client: Client, user: User) -> None:
    sign_in(Client(headers={"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0 Safari"}), "19900090001")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    sign_in(client, "19900090001")
    page = client.get("/accounts/sessions/").text
    assert "微信 · iPhone" in page
    assert "未知设备" in page
    client.post("/accounts/sessions/")
    assert "微信 · iPhone" not in client.get("/accounts/sessions/").text
