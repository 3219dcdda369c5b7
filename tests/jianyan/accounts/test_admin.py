"""Django's administration of people and bodies."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from jianyan.accounts.models import Membership, User

from . import factories
from .factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another-advice-2026"


@pytest.fixture
def office(client: Client) -> Client:
    """Signed in as somebody who may do everything."""
    root = User.objects.create_superuser("office", password=PASSWORD, display_name="机关")
    client.force_login(root)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def change_form(user: User, **changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "display_name": user.display_name,
        "username": user.username,
        "phone": user.phone or "",
        "name_strokes": user.name_strokes,
        "name_pinyin": user.name_pinyin,
        "is_active": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    return form | changes


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["adminform"].form.errors
    return dict(found)


def test_every_list_and_every_form_opens(office: Client) -> None:
    county = factories.make_county()
    member = factories.make_member(county)
    membership = member.memberships.first()
    assert membership is not None
    for thing in (member, county.sectors[0], membership):
        name = f"admin:accounts_{type(thing)._meta.model_name}"
        for page in (
            reverse(f"{name}_changelist"),
            reverse(f"{name}_add"),
            reverse(f"{name}_change", args=[thing.pk]),
        ):
            assert office.get(page).status_code == 200, page
    assert office.get("/admin/accounts/user/?q=林栖云").context["cl"].result_count == 1
    assert {model for model in admin.site._registry if model._meta.app_label == "accounts"} >= {
        User,
        Membership,
    }


def test_somebody_new_gets_a_first_password_and_the_phone_as_username(office: Client) -> None:
    response = office.post(
        "/admin/accounts/user/add/",
        {
            "display_name": "周砚",
            "phone": "+86 199-0009-0001",
            "username": "",
            "usable_password": "true",
            "password1": NEW,
            "password2": NEW,
        },
    )
    assert response.status_code == 302
    user = User.objects.get(display_name="周砚")
    assert (user.username, user.phone, user.must_change_password) == ("19900090001", "19900090001", True)
    assert user.check_password(NEW)
    assert user.name_pinyin == "zhou108周yan4"


def test_somebody_new_may_have_no_password_yet(office: Client) -> None:
    office.post(
        "/admin/accounts/user/add/",
        {"display_name": "周砚", "phone": "", "username": "zhou", "usable_password": "false"},
    )
    user = User.objects.get(username="zhou")
    assert not user.has_usable_password()
    assert not user.must_change_password
    assert user.phone is None


@pytest.mark.parametrize(
    ("phone", "username", "field", "sentence"),
    [
        ("", "", "username", "A username or a mobile phone is needed for signing in."),
        ("12345", "zhou", "phone", "This is not a mobile phone number of eleven digits."),
        ("", "office", "username", "This username is taken."),
    ],
)
def test_somebody_new_needs_a_name_to_sign_in_with(
    office: Client, phone: str, username: str, field: str, sentence: str
) -> None:
    response = office.post(
        "/admin/accounts/user/add/",
        {
            "display_name": "周砚",
            "phone": phone,
            "username": username,
            "usable_password": "true",
            "password1": NEW,
            "password2": NEW,
        },
    )
    assert errors(response)[field] == [sentence]


def test_a_password_that_the_office_sets_must_be_changed(office: Client) -> None:
    user = factories.make_user("周砚")
    page = f"/admin/accounts/user/{user.pk}/password/"
    office.post(page, {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "1"})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.must_change_password


def test_a_corrected_name_gets_new_sort_keys_unless_they_were_edited(office: Client) -> None:
    user = factories.make_user("单立新")
    page = f"/admin/accounts/user/{user.pk}/change/"
    assert office.post(page, change_form(user, display_name="尚立新")).status_code == 302
    user.refresh_from_db()
    assert user.name_pinyin == "shang408尚li4xin1"

    office.post(page, change_form(user, name_pinyin="edited"))
    user.refresh_from_db()
    assert user.name_pinyin == "edited"
    office.post(page, change_form(user, display_name="单立新"))
    user.refresh_from_db()
    assert user.name_pinyin == "edited"
    assert user.name_strokes.startswith("08")


def test_the_two_roles_that_exclude_each_other_are_refused_with_a_sentence(office: Client) -> None:
    county = factories.make_county()
    auditor = factories.make_auditor(county)
    response = office.post(
        "/admin/accounts/membership/add/",
        {"user": auditor.pk, "body": county.committee.pk, "role": "administrator", "term": ""},
    )
    assert errors(response)["__all__"] == ["One person cannot be both administrator and auditor."]


def test_the_way_into_the_administration_is_the_sign_in_of_the_site(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
    assert client.get("/admin/accounts/user/").status_code == 302
    client.force_login(factories.make_user("周砚"))
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("made_up", ["", "null", "9" * 40, "-1", "²", "<script>"])
def test_what_was_not_chosen_from_a_list_gets_the_form_back(office: Client, made_up: str) -> None:
    for what, fields in (
        ("accounts/membership", ("user", "body", "role")),
        ("accounts/body", ("parent", "kind")),
        ("consultations/deliberation", ("host", "channel")),
        ("consultations/topic", ("deliberation",)),
    ):
        answer = office.post(f"/admin/{what}/add/", dict.fromkeys(fields, made_up))
        assert answer.status_code == 200
        assert "errorlist" in answer.text


def test_a_lost_second_factor_is_removed_and_its_secret_is_never_shown(office: Client) -> None:
    user = factories.make_user("失机")
    other = factories.make_user("未失")
    for person in (user, other):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DP"})
    page = office.get("/admin/")
    assert "mfa" not in page.text
    assert "usersessions" not in page.text
    chosen = {"action": "forget_second_factors", "_selected_action": [user.pk]}
    done = office.post("/admin/accounts/user/", chosen, follow=True)
    assert "1 person: second factor removed." in done.text
    assert list(Authenticator.objects.values_list("user", flat=True)) == [other.pk]
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.get_username()) == (str(user.pk), "office")
