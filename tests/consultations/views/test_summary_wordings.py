"""The button that has a language model propose sentences for a section."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client, override_settings

from consultations.models import Statement, SummarySection
from jianyan.accounts.models import User
from tests.consultations.language_model import Model, listening, says
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted

HTMX = {"HX-Request": "true"}
OURS = "机关单位车位晚间向周边居民错时开放。"


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def model() -> Iterator[Model]:
    with listening() as made, override_settings(**made.settings):
        yield made


@pytest.fixture(autouse=True)
def clock() -> Iterator[object]:
    with time_machine.travel(EDITED, tick=False) as traveller:
        yield traveller


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def secretary(drafted: Drafted) -> Client:
    return client_of(drafted.finished.secretary)


def section(drafted: Drafted) -> SummarySection:
    return SummarySection.objects.get(summary=drafted.summary, heading="错时共享")


def address(drafted: Drafted) -> str:
    return f"/summaries/{drafted.summary.pk}/sections/{section(drafted).pk}/wordings/"


def editor(drafted: Drafted, client: Client) -> str:
    return client.get(f"/summaries/{drafted.summary.pk}/edit/").content.decode()


def test_the_button_is_there_only_where_the_operator_has_a_model(
    drafted: Drafted, secretary: Client, model: Model
) -> None:
    assert f'action="{address(drafted)}"' in editor(drafted, secretary)
    assert "将发送给语言模型（127.0.0.1）" in editor(drafted, secretary)
    with override_settings(WORDING_URL=""):
        assert "/wordings/" not in editor(drafted, secretary)


def test_what_is_proposed_appears_marked_and_what_is_not_is_said_with_its_reason(
    drafted: Drafted, secretary: Client, model: Model
) -> None:
    one = drafted.finished.suggestion(1).pk
    model.answer = says(
        (OURS, [one]), ("县财政出资\n新建立体车库，<b>三年</b>完成。", [one]), ("开放车位。", [])
    )
    page = secretary.post(address(drafted), headers=HTMX)
    assert page.status_code == 200
    assert page.context["line"] == (
        "拟写了1条，在本节中待确认。未采用2条："
        "“县财政出资 新建立体车库，<b>三年</…”含有无法印出的字符；“开放车位。”没有注明依据。"
    )
    text = page.content.decode()
    assert OURS in text
    assert "<b>三年</b>" not in text
    statement = Statement.objects.get(text=OURS)
    assert f'id="accept-{statement.pk}"' in text


def test_where_all_holds_nothing_is_said_of_rejections(
    drafted: Drafted, secretary: Client, model: Model
) -> None:
    model.answer = says((OURS, [drafted.finished.suggestion(1).pk]))
    page = secretary.post(address(drafted), headers=HTMX)
    assert page.context["line"] == "拟写了1条，在本节中待确认。"


def test_without_scripts_it_leads_back_to_the_section(
    drafted: Drafted, secretary: Client, model: Model
) -> None:
    one = drafted.finished.suggestion(1).pk
    model.answer = says(*[(f"县财政出资新建立体车库{letter}。", [one]) for letter in "甲乙丙丁戊己"])
    answer = secretary.post(address(drafted))
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/summaries/{drafted.summary.pk}/edit/#section-{section(drafted).pk}",
    )
    page = editor(drafted, secretary)
    assert "没有拟写出可用的条目。未采用6条：" in page
    # Five are named.
    assert page.count("”依据不足") == 5


@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_model_that_fails_is_said_at_the_button(
    drafted: Drafted, secretary: Client, model: Model, headers: dict[str, str] | None
) -> None:
    answer = secretary.post(address(drafted), headers=headers)
    assert answer.status_code == 422
    assert "语言模型没有正常答复，内容没有变动。" in answer.content.decode()
    assert f'id="section-{section(drafted).pk}-wordings" open' in answer.content.decode()


def test_others_do_not_ask_it(drafted: Drafted, secretary: Client, model: Model) -> None:
    member = client_of(drafted.finished.members[0])
    assert member.post(address(drafted)).status_code == 403
    assert Client().post(address(drafted)).status_code == 303
    assert secretary.get(address(drafted)).status_code == 405
    strange = f"/summaries/{drafted.summary.pk}/sections/404/wordings/"
    assert secretary.post(strange).status_code == 404
    assert model.asked == []
