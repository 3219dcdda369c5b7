"""Row 6 in short: random interleavings on the suite's own database."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.interleavings import Interleavings, bounds


@pytest.mark.django_db(transaction=True)
def test_in_whatever_order_things_happen_votes_are_kept_and_pages_agree() -> None:
    run_state_machine_as_test(Interleavings, settings=bounds(examples=10, steps=30))
