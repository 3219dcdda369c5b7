"""What is known of Daphne and uvicorn beyond ASGI still holds: frames come straight, in order, and none is lost.

If a new version of either server changes what we rely on, nothing breaks for anybody, but it is slower: then the
texts here come by `receive`, and these tests say so.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from tests.processes import end, free_port, listening, wait_until
from tests.servers import ROOT, jianyan_environment

PATIENCE = 20.0


class Client:
    """A client that decides which bytes travel together."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        # Each piece leaves at once, and alone.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}/"), max_size=None)
        self.protocol.send_request(self.protocol.connect())
        self.socket.sendall(b"".join(self.protocol.data_to_send()))
        self.heard: list[str] = []
        self.pongs = 0
        while self.protocol.state.name != "OPEN":
            self.listen()

    def listen(self) -> None:
        """Take what comes next."""
        self.protocol.receive_data(self.socket.recv(65_536))
        for event in self.protocol.events_received():
            if isinstance(event, Frame):
                self.pongs += event.opcode is Opcode.PONG
                if event.opcode is Opcode.TEXT:
                    self.heard.append(bytes(event.data).decode())

    def hear(self, count: int) -> list[str]:
        """The next texts, so many."""
        while len(self.heard) < count:
            self.listen()
        heard, self.heard = self.heard[:count], self.heard[count:]
        return heard

    def say(self, *pieces: bytes) -> None:
        """Send each piece, the next when an empty ping in between has been answered: they never travel together."""
        for number, piece in enumerate(pieces):
            self.socket.sendall(piece)
            if number < len(pieces) - 1:
                # A piece that ends within a frame leaves no room for a ping.
                self.settle()

    def settle(self) -> None:
        """Let another connection go to the server and back: what was sent before has arrived by then."""
        with socket.create_connection(self.socket.getpeername(), timeout=PATIENCE) as other:
            other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while other.recv(65_536):
                pass


def text(payload: str, *, fin: bool = True, opcode: Opcode = Opcode.TEXT) -> bytes:
    return Frame(opcode, payload.encode(), fin).serialize(mask=True)


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    log = tmp_path_factory.mktemp("straight") / "log"
    number = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.realtime.straight", request.param, str(number)],
            env={**jianyan_environment(), "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until(lambda: listening(number), process=process, log=Path(log))
        yield number
    finally:
        end(process)


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    client = Client(port)
    yield client
    client.socket.close()


def test_texts_come_straight_also_several_in_one_piece(client: Client) -> None:
    client.say(text("a"))
    assert client.hear(1) == ["straight:a"]
    client.say(text("一") + text("") + text("x" * 200))
    assert client.hear(3) == ["straight:一", "straight:", "straight:" + "x" * 200]


def test_a_text_in_two_pieces_comes_by_receive_and_the_next_straight_again(client: Client) -> None:
    frame = text("in two")
    client.say(frame[:7], frame[7:])
    assert client.hear(1) == ["received:in two"]
    client.say(text("whole"))
    assert client.hear(1) == ["straight:whole"]


def test_a_text_and_half_of_the_next_keep_their_order(client: Client) -> None:
    frame = text("second")
    client.say(text("first") + frame[:5], frame[5:] + text("third"))
    heard = client.hear(3)
    assert [said.partition(":")[2] for said in heard] == ["first", "second", "third"]
    assert heard[0] == "straight:first"


def test_a_message_in_fragments_is_put_together_by_the_server(client: Client) -> None:
    client.say(
        text("in ", fin=False), text("frag", fin=False, opcode=Opcode.CONT), text("ments", opcode=Opcode.CONT)
    )
    assert client.hear(1) == ["received:in fragments"]
    client.say(text("whole"))
    assert client.hear(1) == ["straight:whole"]


def test_control_frames_are_the_servers_business(client: Client) -> None:
    client.say(Frame(Opcode.PING, b"?", True).serialize(mask=True) + text("a"))
    assert [said.partition(":")[2] for said in client.hear(1)] == ["a"]
    while not client.pongs:
        client.listen()
    client.say(text("b"))
    assert client.hear(1) == ["straight:b"]


def test_a_long_text_comes_by_receive(client: Client) -> None:
    client.say(text("x" * 70_000))
    assert client.hear(1) == ["received:" + "x" * 70_000]
