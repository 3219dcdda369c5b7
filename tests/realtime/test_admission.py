"""Who may open a socket at all."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from consultations.enums import Visibility
from consultations.errors import NotAllowed, NotSignedIn, UnknownTopic
from realtime.admission import Door, headers_by_name, is_ours, language_of, session_key_in
from tests.consultations.factories import HOUR, make_deliberation, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator, make_user
from tests.realtime.conftest import open_topic
from tests.realtime.readers import cookie, sign_in


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("https://zx.example.org", "zx.example.org", True),
        ("https://ZX.example.org", "zx.example.org", True),
        ("https://zx.example.org:443", "zx.example.org", True),
        ("https://zx.example.org:8443", "zx.example.org:8443", True),
        ("http://zx.example.org", "zx.example.org", True),
        ("https://partner.example.net", "zx.example.org", True),
        ("", "zx.example.org", False),
        ("null", "zx.example.org", False),
        ("https://", "zx.example.org", False),
        ("https://evil.example", "zx.example.org", False),
        ("https://zx.example.org.evil.example", "zx.example.org", False),
        ("https://evil.example", "evil.example", False),
        ("https://zx.example.org:8443", "zx.example.org", False),
        ("https://zx.example.org/page", "zx.example.org", False),
        ("https://user@zx.example.org", "zx.example.org", False),
        ("file://zx.example.org", "zx.example.org", False),
        ("https://zx.example.org", "", False),
    ],
)
def test_only_pages_of_this_site_open_sockets(
    settings: Settings, origin: str, host: str, *, ours: bool
) -> None:
    settings.ALLOWED_HOSTS = ["zx.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://partner.example.net"]
    assert is_ours({"origin": origin, "host": host}) is ours


def test_without_an_origin_nobody_opens_a_socket_even_where_every_host_is_allowed(
    settings: Settings,
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert is_ours({"host": "zx.example.org"}) is False


def test_where_cookies_are_secure_a_page_over_http_opens_none(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["zx.example.org"]
    settings.SESSION_COOKIE_SECURE = True
    assert is_ours({"origin": "http://zx.example.org", "host": "zx.example.org"}) is False


def test_the_language_is_the_cookies_then_the_browsers_then_the_sites() -> None:
    assert language_of({"cookie": "django_language=en", "accept-language": "zh-CN"}) == "en"
    assert language_of({"accept-language": "en-GB,en;q=0.8"}) == "en"
    assert language_of({"accept-language": "fr"}) == "zh-hans"
    assert language_of({}) == "zh-hans"


def test_headers_and_the_session_are_found_by_name() -> None:
    headers = headers_by_name([(b"Cookie", b"sessionid=abc; other=1"), (b"origin", b"https://a")])
    assert headers == {"cookie": "sessionid=abc; other=1", "origin": "https://a"}
    assert session_key_in(headers) == "abc"
    assert session_key_in({}) is None
    assert cookie("abc") == "sessionid=abc"


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def test_anybody_may_listen_to_a_public_topic_and_only_members_have_a_voice(county: County) -> None:
    topic = open_topic(county)
    door = Door()
    at = timezone.now()
    audience = door.admit(topic_id=topic.pk, session_key=None, at=at)
    assert (audience.actor, audience.standing, audience.has_voice) == (None, None, False)
    member = make_member(county)
    key = sign_in(member)
    admitted = door.admit(topic_id=topic.pk, session_key=key, at=at)
    assert admitted.actor is not None
    assert admitted.actor.user_id == member.pk
    assert admitted.standing is not None
    assert admitted.standing.session_key == key
    assert admitted.has_voice is True
    stranger = door.admit(topic_id=topic.pk, session_key=sign_in(make_user("外人")), at=at)
    assert stranger.has_voice is False


def test_a_session_that_does_not_exist_is_nobody(county: County) -> None:
    topic = open_topic(county)
    admitted = Door().admit(topic_id=topic.pk, session_key="x" * 32, at=timezone.now())
    assert admitted.actor is None


def test_somebody_deactivated_is_nobody(county: County) -> None:
    topic = open_topic(county)
    member = make_member(county)
    key = sign_in(member)
    member.is_active = False
    member.save()
    assert Door().admit(topic_id=topic.pk, session_key=key, at=timezone.now()).actor is None


def test_a_topic_for_members_asks_to_sign_in_and_refuses_those_who_are_none(county: County) -> None:
    now = timezone.now()
    deliberation = make_deliberation(county, visibility=Visibility.MEMBERS, starts_at=now, ends_at=now + HOUR)
    topic = make_topic(county, deliberation=deliberation, opens_at=now)
    door = Door()
    with pytest.raises(NotSignedIn):
        door.admit(topic_id=topic.pk, session_key=None, at=now)
    with pytest.raises(NotAllowed):
        door.admit(topic_id=topic.pk, session_key=sign_in(make_user("外人")), at=now)
    assert door.admit(topic_id=topic.pk, session_key=sign_in(make_member(county)), at=now).has_voice


def test_an_unknown_topic_is_none(county: County) -> None:
    with pytest.raises(UnknownTopic):
        Door().admit(topic_id=10**17, session_key=None, at=timezone.now())


def test_a_topic_that_is_not_announced_is_none_but_for_those_who_prepare_it(county: County) -> None:
    topic = make_topic(county, announced_at=None)
    door = Door()
    for session_key in (None, sign_in(make_member(county))):
        with pytest.raises(UnknownTopic):
            door.admit(topic_id=topic.pk, session_key=session_key, at=timezone.now())
    moderator = make_moderator(county)
    assert door.admit(topic_id=topic.pk, session_key=sign_in(moderator), at=timezone.now()).actor is not None
