"""The measuring itself: it reads frames rightly, does not believe a server that lies, and says what was not reached."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode
from websockets.sync.server import ServerConnection, serve

from tests.benchmarks import document, table, wire
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.dialects import JIANYAN
from tests.benchmarks.soak import Look, growing

SUGGESTIONS = (1, 2, 3)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_of_every_length_are_read_wherever_they_are_cut(size: int) -> None:
    data = Frame(Opcode.TEXT, b"x" * size).serialize(mask=False) + Frame(Opcode.PING, b"?").serialize(
        mask=False
    )
    for cut in {0, 1, 3, 9, size // 2, len(data) - 1}:
        frames, rest = wire.frames_in(data[:cut])
        more, rest = wire.frames_in(rest + data[cut:])
        assert (frames + more, rest) == ([(wire.Opcode.TEXT, b"x" * size), (wire.Opcode.PING, b"?")], b"")


@contextmanager
def _server(*, honest: bool) -> Iterator[tuple[str, int]]:
    """A server that acknowledges every vote, and counts it only if it is honest."""
    supporters: dict[int, set[int]] = {number: set() for number in SUGGESTIONS}
    listeners: set[ServerConnection] = set()
    revisions = itertools.count(1)
    lock = threading.Lock()

    def attend(socket: ServerConnection) -> None:
        with lock:
            listeners.add(socket)
            shown = [{"id": one, "tally": [len(votes), 0, 0]} for one, votes in supporters.items()]
            socket.send(json.dumps({"type": "welcome", "revision": 0, "suggestions": shown}))
        for text in socket:
            vote = json.loads(text)
            with lock:
                if honest:
                    voters = supporters[vote["suggestion"]]
                    (voters.add if vote["choice"] else voters.discard)(id(socket))
                revision = next(revisions)
                support = len(supporters[vote["suggestion"]])
                update = {
                    "from": revision - 1,
                    "revision": revision,
                    "tallies": [[vote["suggestion"], support, 0, 0]],
                }
                socket.send(f'{{"type":"ack","refs":["{vote["ref"]}"],"revision":{revision}}}')
                for listener in listeners:
                    listener.send('{"type":"update",' + json.dumps(update)[1:])
        with lock:
            listeners.discard(socket)

    with serve(attend, "127.0.0.1", 0, compression=None) as server:
        running = threading.Thread(target=server.serve_forever)
        running.start()
        try:
            yield server.socket.getsockname()
        finally:
            server.shutdown()
            running.join()


@pytest.mark.parametrize("honest", [True, False])
def test_acknowledged_votes_are_compared_with_what_a_newcomer_is_told(honest: bool) -> None:
    with _server(honest=honest) as address:
        crowd = Crowd(JIANYAN, address, "/")
        crowd.arrive(["", "", "", ""], together=4)
        seen = crowd.offer(0.1, rate=90)
        crowd.close()
    assert seen["acknowledged"] == seen["sent"] == 9
    assert (seen["true_tallies"] == 1) is honest


def test_a_soak_says_what_grows_and_is_silent_about_noise() -> None:
    noise = (0, 40, -30, 10, -20, 30, 0, 20)
    flat = [Look(150_000 + one, 120_000 + one, 80, 25, 300_000 - one) for one in noise]
    leaking = [Look(150_000, 120_000, 80 + minute, 25, 300_000) for minute in range(8)]
    assert growing(flat) == []
    assert growing(leaking) == ["descriptors by 1.0 a minute"]


def _record(server: str, round_number: int, seconds: float, *, side: str = "jianyan") -> dict[str, object]:
    figures = dict.fromkeys((key for key, *_column in table.COLUMNS), 1.0)
    return {
        **figures,
        "part": "votes",
        "at": "2026-11-26T05:00:00+00:00",
        "revision": "abc",
        "side": side,
        "server": server,
        "database": "postgresql",
        "round": round_number,
        "cpu_seconds_per_1000": seconds,
    }


def test_the_table_says_what_was_reached_and_what_was_not() -> None:
    records = [
        *(_record("uvicorn", number, seconds) for number, seconds in enumerate((0.08, 0.07, 0.1))),
        *(_record("uvicorn", number, 8.0, side="ticking") for number in range(3)),
        _record("daphne", 0, 0.3),
    ]
    lines = table.goals_table({"records": records}).splitlines()
    assert [[cell.strip() for cell in line.split("|")[2:4]] for line in lines[2:]] == [
        ["0.080 (0.070–0.100)", "≤ 0.09"],
        ["0.300", "≤ 0.2 **no**"],
        ["100 (80–114)", "≥ 80"],
    ]


def test_the_page_keeps_its_prose_when_new_figures_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{document.BEGIN}\nthe last figures\n{document.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(document, "PAGE", page)
    machine = {"processor": "a processor", "cores": 2, "apart": True, "system": "Linux", "python": "3.11"}
    document.write({"machine": machine, "records": [_record("daphne", 0, 0.1)]})
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{document.BEGIN}\n")
    assert text.endswith(f"{document.END}\nafter\n")
    assert "the last figures" not in text
    assert "on 2026-11-26, commit `abc`" in text


def test_the_documents_page_has_its_markers() -> None:
    before, begin, rest = document.PAGE.read_text(encoding="utf-8").partition(document.BEGIN)
    assert before
    assert begin
    assert document.END in rest


def test_the_table_of_documents_says_which_format_is_too_slow() -> None:
    record = {
        "part": "documents",
        "suggestions": 500,
        "statements": 40,
        "people": 180,
        "formats": {
            "docx": {"ms": 70.0, "more_ms": 690.0, "bytes": 51_200},
            "csv": {"ms": 250.0, "more_ms": 400.0, "bytes": 1024},
        },
        "pdf_warm_ms": 320.0,
        "pdf_cold_ms": 1400.0,
        "weasyprint_ms": None,
    }
    text = table.documents_table({"machine": {}, "records": [record]})
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if "|" in line][2:]
    assert rows == [
        ["docx", "70", "≤ 1,000", "690", "9.9", "50"],
        ["csv", "250", "≤ 200 **no**", "400", "1.6", "1"],
        ["pdf in a process that has made one (on the clock)", "320", "≤ 300 **no**", "", "", ""],
        ["pdf in a new process (on the clock)", "1,400", "≤ 1,500", "", "", ""],
    ]
    assert table.documents_table({"machine": {}, "records": []}) == ""
