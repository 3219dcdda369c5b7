"""A report's JSON is checked: whatever is changed in it is found, whatever anybody sends is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.documents.report import FORMATS
from consultations.documents.report.verify import Verdict, examine

from .report_samples import document, empty, signed
from .samples import sample


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def verdict(content: Any) -> Verdict:
    found = examine(json.dumps(content, ensure_ascii=False).encode())
    assert found is not None
    return found


def faults(content: Any) -> list[str]:
    return [fault for part in verdict(content).parts for fault in part.faults]


def exported() -> Any:
    return json.loads(FORMATS["json"].render(signed()))


@pytest.mark.parametrize("make", [signed, document, empty])
def test_what_was_exported_holds(make: Callable[[], Any]) -> None:
    found = examine(FORMATS["json"].render(make()))
    assert found is not None
    assert (found.faults, found.document) == (0, make())


def test_what_is_no_report_is_left_to_others() -> None:
    from consultations.documents import FORMATS as SUMMARIES

    for data in (
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'"jianyan.report/1"',
        b'{"x": "jianyan.report/1"',
        SUMMARIES["json"].render(sample()),
    ):
        assert examine(data) is None


def figure(content: Any, slug: str) -> Any:
    return next(one for one in content["figures"]["figures"] if one["slug"] == slug)


CHANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "a value": (
        lambda c: figure(c, "hall_sessions").update(value=630),
        "民生议事堂活动 is printed as 60多场, and is 630场.",
    ),
    "what is printed of it": (
        lambda c: figure(c, "hall_sessions").update(printed="70多场"),
        "民生议事堂活动 is printed as 70多场, and is 60多场.",
    ),
    "the year before": (
        lambda c: figure(c, "hall_sessions").update(exact_before="1场"),
        "民生议事堂活动 is printed as 1场, and is 31场.",
    ),
    "a row": (
        lambda c: c["figures"]["sources"][0]["rows"].pop(),
        "The rows of 民生议事堂推动解决问题 add up to 222, and the figure is 223.",
    ),
    "whose rows they are": (
        lambda c: c["figures"]["sources"][0].update(slug="nothing"),
        "There are rows of nothing, which is no figure.",
    ),
    "a figure twice": (
        lambda c: c["figures"]["figures"].append(figure(c, "halls")),
        "A figure is there more than once.",
    ),
    "a number in the words": (
        lambda c: c["passages"][1].update(printed=c["passages"][1]["printed"].replace("75场", "76场")),
        "“推进书香政协建设” prints another number than that of the figure it names.",
    ),
    "a name in the words": (
        lambda c: c["passages"][1].update(text="读书{nothing}。", printed="读书{nothing}。"),
        "“推进书香政协建设” names {nothing}, which is no figure.",
    ),
    "the secretary's words": (
        lambda c: c["passages"][1].update(text="读书。", printed="读书。"),
        "The document is not the one that was signed: its content has the seal",
    ),
    "who signed": (
        lambda c: c["head"].update(signed_by="别人"),
        "The document is not the one that was signed: its content has the seal",
    ),
    "that it is signed": (
        lambda c: c.update(status="draft"),
        "The document is not signed, and carries a seal.",
    ),
    "the hash of the figures": (lambda c: c.update(figures_hash="0" * 64), "The figures have the hash"),
    "something more": (lambda c: c.update(more=1), "The file says something otherwise than an export does"),
    "something less": (lambda c: c.pop("passages"), "The file does not have the shape of a report"),
    "an unseen sign": (lambda c: c.update(title="履职\u202e答卷"), "The file says something otherwise"),
    "a number without end": (
        lambda c: figure(c, "live_sales_yuan").update(value="1E+999999"),
        "The file has a number in it that no figure can be.",
    ),
    "no number": (
        lambda c: figure(c, "live_sales_yuan").update(value="NaN"),
        "The file has a number in it that no figure can be.",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_is_found(what: str) -> None:
    change, sentence = CHANGES[what]
    content = exported()
    change(content)
    found = faults(content)
    assert any(fault.startswith(sentence) for fault in found), found


def test_many_faults_are_counted() -> None:
    content = exported()
    for one in content["figures"]["figures"]:
        one["printed"] = "零"
    (part,) = (one for one in verdict(content).parts if one.name == "The figures")
    assert (len(part.faults), part.more) == (20, len(content["figures"]["figures"]) - 20)


@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_whatever_stands_in_a_place_is_answered(value: Any) -> None:
    with translation.override("en"):
        for place in ("head", "passages", "figures", "figures_hash", "seal", "title"):
            content = exported() | {place: value}
            assert faults(content)
