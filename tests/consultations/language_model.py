"""A language model's endpoint on this machine that answers as a test wants, wrongly above all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Write = Callable[[bytes], object]


@dataclass
class Model:
    """`answer` says (status, content) to the material it was sent; `asked` has all requests; `keys` their keys.

    `body`, where it is set, writes the content itself, however slowly, and `raw` everything. `elsewhere` counts who
    followed a redirect.
    """

    url: str = ""
    answer: Callable[[list[dict[str, Any]]], tuple[int, bytes]] = lambda material: (500, b"")
    body: Callable[[Write], None] | None = None
    raw: Callable[[Write], None] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    elsewhere: int = 0

    @property
    def settings(self) -> dict[str, str]:
        """What an operator sets for it."""
        return {"WORDING_URL": self.url, "WORDING_KEY": "k-1", "WORDING_MODEL": "m-1"}


def chat(content: str) -> tuple[int, bytes]:
    """A model that says this."""
    said = {"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}
    return 200, json.dumps(said).encode()


def says(*rows: tuple[str, list[int]]) -> Callable[[object], tuple[int, bytes]]:
    """A model that proposes these sentences, each with what it cites."""
    content = json.dumps([{"text": text, "cites": cites} for text, cites in rows], ensure_ascii=False)
    return lambda material: chat(content)


@contextmanager
def listening() -> Iterator[Model]:
    """A model that can be asked at its `url`."""
    made = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path == "/elsewhere":
                made.elsewhere += 1
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(sent)
            made.keys.append(self.headers["Authorization"])
            if made.raw is not None:
                made.raw(self.wfile.write)
                return
            status, content = made.answer(json.loads(sent["messages"][1]["content"]))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", made.url.rpartition("/v1")[0] + "/elsewhere")
            if made.body is None:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if made.body is None:
                self.wfile.write(content)
            else:
                made.body(self.wfile.write)

        def log_message(self, *_words: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked has hung up: that is what is tried here."""

    server = Listening(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
