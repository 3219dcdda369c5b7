"""Row 15 in short."""

from __future__ import annotations

from tests.faults import exports
from tests.faults.conftest import Hold


def test_an_export_that_is_killed_leaves_the_old_file_as_it_was(hold: Hold) -> None:
    hold(exports.INTERRUPTED)
