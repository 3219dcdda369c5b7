"""The table at the end, and the exit code: whatever does not hold fails."""

from __future__ import annotations

import pytest

from tests.faults import run
from tests.faults.rig import DAPHNE, SQLITE, Case, Outcome, Row


def breaks_off(_case: Case) -> Outcome:
    raise TimeoutError("nobody is back")


@pytest.mark.parametrize(
    ("outcome", "verdict", "code"),
    [
        (Outcome(acknowledged=1200, recovery=[0.5, 9.96]), "holds", 0),
        (Outcome(acknowledged=1200, recovery=[0.5, 10.2, 1.0]), "FAILS: more than 10 s", 1),
        (Outcome(acknowledged=1200, lost=["A: vote 1"]), "FAILS: lost", 1),
        (Outcome(acknowledged=1200, faults=["C: the chain"]), "FAILS", 1),
        (None, "FAILS", 1),
    ],
)
def test_a_row_holds_when_nothing_is_wrong_and_it_was_fast_enough(
    outcome: Outcome | None,
    verdict: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    act = breaks_off if outcome is None else lambda _case: outcome
    row = Row(99, "something fails", act, seconds=10.0, databases=(SQLITE,), servers=(DAPHNE,))
    monkeypatch.setattr(run, "ROWS", (row,))
    monkeypatch.setattr("sys.argv", ["run", "--row", "99"])
    assert run.main() == code
    lines = capsys.readouterr().out.splitlines()
    (line,) = (line for line in lines[-4:] if line.startswith("99 something fails "))
    assert line.endswith(f" {verdict}")
