"""`jianyan search rebuild`."""

from __future__ import annotations

from click.testing import CliRunner

from consultations.models import SearchEntry
from jianyan.commands.search import command
from tests.consultations.conftest import Scene


def test_rebuilding_makes_all_entries_and_says_how_many(scene: Scene) -> None:
    result = CliRunner().invoke(command, ["rebuild"])
    assert result.exit_code == 0, result.output
    made = SearchEntry.objects.count()
    assert made > 0
    assert f"{made}" in result.output
    SearchEntry.objects.update(text="旧")
    CliRunner().invoke(command, ["rebuild"])
    assert not SearchEntry.objects.filter(text="旧").exists()
