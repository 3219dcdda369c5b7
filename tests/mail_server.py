"""A mail server for tests: it speaks SMTP over a real socket, keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer


@dataclass
class MailServer:
    """What it took, as (recipient, mail); what it answers to whom; whether it hangs up once it has been sent a mail."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    sender_answer: str = "250 ok"
    dies_after_data: bool = False

    @property
    def recipients(self) -> list[str]:
        """To whom mails were taken, in that order."""
        return [recipient for recipient, _message in self.taken]

    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}"


class Listening(ThreadingTCPServer):
    """Where a mail server listens."""

    daemon_threads = True

    def __init__(self, state: MailServer) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.state = state


class Conversation(StreamRequestHandler):
    """One client's, command by command."""

    server: Listening

    def handle(self) -> None:
        """Greet, and answer until the client leaves or we do."""
        self.recipient = ""
        self._say("220 mail.county.example")
        while line := self.rfile.readline().decode().strip():
            answer = self._answer_to(*line.partition(" ")[::2])
            if not answer:
                return
            self._say(answer)
            if answer.startswith(("221", "421")):
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _answer_to(self, verb: str, rest: str) -> str:
        state = self.server.state
        match verb.upper():
            case "EHLO" | "RSET":
                return "250 ok"
            case "MAIL":
                return state.sender_answer
            case "RCPT":
                self.recipient = rest.partition("<")[2].partition(">")[0]
                return state.answers.get(self.recipient, "250 ok")
            case "DATA":
                self._say("354 go on")
                return self._take()
            case "QUIT":
                return "221 bye"
        return "502 unknown"

    def _take(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        if self.server.state.dies_after_data:
            return ""
        self.server.state.taken.append((self.recipient, message))
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a port of its own, until the block ends."""
    state = MailServer()
    with Listening(state) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()
