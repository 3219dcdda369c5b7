"""An ASGI application that says of each message whether it came straight from the connection or by `receive`.

`python -m tests.realtime.straight daphne|uvicorn PORT` serves it.
"""

from __future__ import annotations

import sys
from typing import Any

from realtime.outlets import Connection, Frame, Outlet


def outlet_of(send: Any) -> Outlet:
    """The outlet that the server's connection has."""
    owner = getattr(send, "__self__", None)
    if isinstance(owner, Connection):
        return owner.outlet()
    from realtime import daphne

    protocol = daphne.protocol_behind(send)
    assert protocol is not None
    return daphne.DaphneOutlet(protocol)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer each text with `straight:` or `received:` and the text."""
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    outlet = outlet_of(send)
    outlet.read(lambda payload: outlet.send(Frame(b"straight:" + payload)))
    while (message := await receive())["type"] == "websocket.receive":
        outlet.send(Frame(b"received:" + message["text"].encode()))


def main() -> None:
    """Serve until SIGTERM."""
    server, port = sys.argv[1:]
    if server == "uvicorn":
        import uvicorn

        from realtime.uvicorn import TopicProtocol

        uvicorn.run(application, port=int(port), ws=TopicProtocol, lifespan="off", log_level="warning")
    else:
        from daphne.cli import CommandLineInterface

        CommandLineInterface().run(
            ["--port", port, "--verbosity", "0", "tests.realtime.straight:application"]
        )


if __name__ == "__main__":
    main()
