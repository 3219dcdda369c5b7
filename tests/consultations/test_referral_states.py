"""The table of states and steps of a referral, read whole; and who is offered what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.enums import Move, ReferralState, Satisfied
from consultations.errors import (
    AcceptanceOver,
    BadDue,
    NoExtension,
    NotAllowed,
    NotNow,
    NotSignedIn,
    NotUndoable,
)
from consultations.referral_states import (
    TABLE,
    Handling,
    LastStep,
    LinkHolder,
    Party,
    Person,
    Standing,
    bodies_of,
    extended_due,
    may_move,
    move_of_rating,
    moves_open_to,
    next_state,
    parties_of,
    plus_months,
    reopened_due,
    undoable,
)
from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

S = ReferralState
TODAY = dt.date(2026, 3, 10)
STANDING = Standing(
    referral_id=7,
    state=S.ISSUED,
    round=1,
    due=dt.date(2026, 6, 5),
    first_due=dt.date(2026, 6, 5),
    supervised=False,
    addressed_on=dt.date(2026, 3, 5),
    acceptance_days=10,
    extension_months=1,
    host=(1,),
    bodies=(
        Handling(10, "县交通运输局", (9, 10), leads=True),
        Handling(11, "县公安局", (9, 11), leads=False),
    ),
    authors=frozenset({50, 51}),
    last=LastStep(1, Move.ISSUE, None, None),
)


def person(role: Role, body_id: int, user_id: int = 1) -> Actor:
    return Actor(user_id, "某人", MappingProxyType({role: frozenset({body_id})}))


SECRETARY = person(Role.SECRETARY, 1)
CHAIR = person(Role.CHAIR, 1)
LEAD = person(Role.HANDLER, 10)
HELPER = person(Role.HANDLER, 11)
GOVERNMENT = person(Role.HANDLER, 9)
AUTHOR = person(Role.MEMBER, 1, 50)
MEMBER = person(Role.MEMBER, 1, 60)
LINK = LinkHolder(link_id=3, referral_id=7, body_id=10)


def test_the_table_is_this_one() -> None:
    leads_to = {
        (str(state.value) if state is not None else "", move.value): way.after.value
        for (state, move), way in TABLE.items()
    }
    assert leads_to == {
        ("", "issue"): "issued",
        ("issued", "accept"): "accepted",
        ("issued", "send_back"): "returned",
        ("issued", "readdress"): "issued",
        ("issued", "extend"): "issued",
        ("issued", "withdraw"): "withdrawn",
        ("issued", "supervise"): "issued",
        ("issued", "release"): "issued",
        ("issued", "remind"): "issued",
        ("returned", "readdress"): "issued",
        ("returned", "withdraw"): "withdrawn",
        ("accepted", "extend"): "accepted",
        ("accepted", "contribute"): "accepted",
        ("accepted", "answer"): "answered",
        ("accepted", "withdraw"): "withdrawn",
        ("accepted", "supervise"): "accepted",
        ("accepted", "release"): "accepted",
        ("accepted", "remind"): "accepted",
        ("answered", "rate"): "answered",
        ("answered", "reopen"): "accepted",
        ("answered", "close"): "closed",
        ("answered", "supervise"): "answered",
        ("answered", "release"): "answered",
        ("closed", "rate"): "closed",
        ("closed", "reopen"): "accepted",
    }


def test_every_step_is_in_the_table_but_undoing_which_leads_back() -> None:
    assert {move for _state, move in TABLE} == set(Move) - {Move.UNDO}
    assert {way.after for way in TABLE.values()} == set(S)


def test_what_authors_say_and_what_the_clock_does_stands_and_everything_else_can_be_undone() -> None:
    stands = {move for state, move in TABLE if not undoable(state, move)}
    assert stands == {Move.ISSUE, Move.REMIND, Move.RATE, Move.REOPEN}
    assert not undoable(S.CLOSED, Move.ACCEPT)


def test_a_step_that_is_not_in_the_table_leads_nowhere() -> None:
    assert next_state(S.ISSUED, Move.ACCEPT) is S.ACCEPTED
    with pytest.raises(NotNow):
        next_state(S.RETURNED, Move.ACCEPT)
    with pytest.raises(NotNow):
        next_state(None, Move.CLOSE)


def test_who_is_who() -> None:
    assert parties_of(SECRETARY, STANDING) == {Party.SECRETARY}
    assert parties_of(CHAIR, STANDING) == {Party.CHAIR}
    assert parties_of(LEAD, STANDING) == {Party.LEAD}
    assert parties_of(HELPER, STANDING) == {Party.HELPER}
    assert parties_of(GOVERNMENT, STANDING) == {Party.LEAD, Party.HELPER}
    assert parties_of(AUTHOR, STANDING) == {Party.AUTHOR}
    assert parties_of(LINK, STANDING) == {Party.LEAD}
    assert parties_of(replace(LINK, referral_id=8), STANDING) == frozenset()
    assert parties_of(replace(LINK, body_id=12), STANDING) == frozenset()
    assert parties_of(None, STANDING) == parties_of(MEMBER, STANDING) == frozenset()
    assert [body.body_id for body in bodies_of(GOVERNMENT, STANDING)] == [10, 11]


@pytest.mark.parametrize(
    ("by", "offered"),
    [
        (SECRETARY, {
            S.ISSUED: "readdress extend withdraw supervise", S.RETURNED: "readdress withdraw",
            S.ACCEPTED: "extend withdraw supervise", S.ANSWERED: "close supervise", S.CLOSED: "", S.WITHDRAWN: "",
        }),
        (CHAIR, {
            S.ISSUED: "supervise", S.RETURNED: "", S.ACCEPTED: "supervise", S.ANSWERED: "supervise",
            S.CLOSED: "", S.WITHDRAWN: "",
        }),
        (LEAD, {
            S.ISSUED: "accept send_back", S.RETURNED: "", S.ACCEPTED: "answer", S.ANSWERED: "", S.CLOSED: "",
            S.WITHDRAWN: "",
        }),
        (LINK, {
            S.ISSUED: "accept send_back", S.RETURNED: "", S.ACCEPTED: "answer", S.ANSWERED: "", S.CLOSED: "",
            S.WITHDRAWN: "",
        }),
        (HELPER, {
            S.ISSUED: "", S.RETURNED: "", S.ACCEPTED: "contribute", S.ANSWERED: "", S.CLOSED: "", S.WITHDRAWN: "",
        }),
        (AUTHOR, {
            S.ISSUED: "", S.RETURNED: "", S.ACCEPTED: "", S.ANSWERED: "rate", S.CLOSED: "rate", S.WITHDRAWN: "",
        }),
        (MEMBER, dict.fromkeys(S, "")),
        (None, dict.fromkeys(S, "")),
    ],
)  # fmt: skip
def test_everybody_is_offered_their_steps_and_no_others(
    by: Person | None, offered: dict[ReferralState, str]
) -> None:
    assert offered.keys() == set(S)
    for state, moves in offered.items():
        standing = replace(STANDING, state=state)
        assert " ".join(moves_open_to(by, standing, on=TODAY)) == moves, state


def test_whoever_may_never_take_a_step_is_told_so_and_whoever_may_not_now_is_told_when() -> None:
    def verdict(by: Person | None, move: Move, state: ReferralState) -> object:
        return type(may_move(by, replace(STANDING, state=state), move, on=TODAY))

    assert verdict(None, Move.ACCEPT, S.ISSUED) is NotSignedIn
    assert verdict(HELPER, Move.ACCEPT, S.ISSUED) is NotAllowed
    assert verdict(LEAD, Move.ACCEPT, S.ISSUED) is type(None)
    assert verdict(LEAD, Move.ACCEPT, S.ACCEPTED) is NotNow
    assert verdict(SECRETARY, Move.REOPEN, S.ANSWERED) is NotAllowed
    assert verdict(SECRETARY, Move.REMIND, S.ISSUED) is NotAllowed


def test_it_is_sent_back_until_the_end_of_the_tenth_day() -> None:
    assert may_move(LEAD, STANDING, Move.SEND_BACK, on=dt.date(2026, 3, 15)) is None
    late = may_move(LEAD, STANDING, Move.SEND_BACK, on=dt.date(2026, 3, 16))
    assert isinstance(late, AcceptanceOver)
    assert may_move(LEAD, STANDING, Move.ACCEPT, on=dt.date(2026, 3, 16)) is None


def test_the_due_date_is_put_off_once_where_the_channel_allows_it_and_into_the_future() -> None:
    assert extended_due(STANDING) == dt.date(2026, 7, 5)
    put_off = replace(STANDING, due=dt.date(2026, 7, 5))
    assert isinstance(may_move(SECRETARY, put_off, Move.EXTEND, on=TODAY), NoExtension)
    strict = replace(STANDING, extension_months=0)
    assert isinstance(may_move(SECRETARY, strict, Move.EXTEND, on=TODAY), NoExtension)
    assert may_move(SECRETARY, STANDING, Move.EXTEND, on=dt.date(2026, 7, 5)) is None
    assert isinstance(may_move(SECRETARY, STANDING, Move.EXTEND, on=dt.date(2026, 7, 6)), BadDue)


def test_oversight_begins_where_there_is_none_and_ends_where_there_is() -> None:
    watched = replace(STANDING, supervised=True)
    assert isinstance(may_move(CHAIR, STANDING, Move.RELEASE, on=TODAY), NotNow)
    assert isinstance(may_move(CHAIR, watched, Move.SUPERVISE, on=TODAY), NotNow)
    assert may_move(CHAIR, watched, Move.RELEASE, on=TODAY) is None


def test_the_last_step_is_undone_by_those_whom_the_table_names() -> None:
    def may_undo(by: Person, move: Move, before: ReferralState | None, body_id: int | None = None) -> object:
        last = LastStep(2, move, before, body_id)
        return type(may_move(by, replace(STANDING, last=last), Move.UNDO, on=TODAY))

    assert may_undo(LEAD, Move.ANSWER, S.ACCEPTED, 10) is type(None)
    assert may_undo(LINK, Move.ANSWER, S.ACCEPTED, 10) is type(None)
    assert may_undo(SECRETARY, Move.ANSWER, S.ACCEPTED, 10) is type(None)
    assert may_undo(HELPER, Move.ANSWER, S.ACCEPTED, 10) is NotAllowed
    assert may_undo(HELPER, Move.CONTRIBUTE, S.ACCEPTED, 11) is type(None)
    assert may_undo(HELPER, Move.CONTRIBUTE, S.ACCEPTED, 12) is NotAllowed
    assert may_undo(SECRETARY, Move.CONTRIBUTE, S.ACCEPTED, 11) is NotAllowed
    assert may_undo(CHAIR, Move.SUPERVISE, S.ISSUED) is type(None)
    assert may_undo(CHAIR, Move.EXTEND, S.ISSUED) is NotAllowed
    assert may_undo(SECRETARY, Move.ISSUE, None) is NotUndoable
    assert may_undo(SECRETARY, Move.RATE, S.ANSWERED) is NotUndoable
    assert may_undo(AUTHOR, Move.RATE, S.ANSWERED) is NotAllowed
    assert may_undo(MEMBER, Move.ACCEPT, S.ISSUED, 10) is NotAllowed


def test_what_a_rating_comes_to() -> None:
    answered = replace(STANDING, state=S.ANSWERED)
    again = replace(answered, round=2)
    closed = replace(answered, state=S.CLOSED)
    assert move_of_rating(Satisfied.NO, answered, last_word=True) is Move.REOPEN
    assert move_of_rating(Satisfied.NO, closed, last_word=False) is Move.REOPEN
    assert move_of_rating(Satisfied.NO, again, last_word=True) is Move.RATE
    assert move_of_rating(Satisfied.MOSTLY, answered, last_word=True) is Move.CLOSE
    assert move_of_rating(Satisfied.YES, again, last_word=True) is Move.CLOSE
    assert move_of_rating(Satisfied.YES, answered, last_word=False) is Move.RATE
    assert move_of_rating(Satisfied.YES, closed, last_word=True) is Move.RATE


def test_whoever_answers_again_has_time_for_it() -> None:
    assert reopened_due(STANDING, dt.date(2026, 4, 1)) == dt.date(2026, 6, 5)
    assert reopened_due(STANDING, dt.date(2026, 5, 31)) == dt.date(2026, 6, 30)
    assert reopened_due(replace(STANDING, extension_months=0), dt.date(2026, 7, 1)) == dt.date(2026, 8, 1)


def test_days_after_the_due_date_are_counted_and_none_before() -> None:
    assert [STANDING.days_late(dt.date(2026, 6, day)) for day in (4, 5, 6, 15)] == [0, 0, 1, 10]


def test_months_end_where_they_end() -> None:
    assert plus_months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert plus_months(dt.date(2027, 11, 30), 3) == dt.date(2028, 2, 29)
    assert plus_months(dt.date(2026, 12, 5), 1) == dt.date(2027, 1, 5)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2500, 1, 1)), st.integers(0, 60))
def test_months_later_is_in_that_month_and_on_that_day_or_its_last(day: dt.date, months: int) -> None:
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + dt.timedelta(days=1)).day == 1)
