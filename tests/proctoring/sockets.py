"""A browser's end of a WebSocket, spoken to an ASGI application in the same process.
(channels.testing would do the same, but its package imports daphne, which is not installed.)"""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket(ApplicationCommunicator):
    """One WebSocket to `application`."""

    def __init__(self, application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
        super().__init__(application, scope)

    async def connect(self) -> bool:
        """Whether the server accepts."""
        await self.send_input({"type": "websocket.connect"})
        self.opening = await self.receive_output(5)
        return bool(self.opening["type"] == "websocket.accept")

    async def json(self) -> Any:
        """The next message."""
        message = await self.receive_output(5)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def closing(self) -> int:
        """The code with which the server closes."""
        message = await self.receive_output(5)
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    async def leave(self) -> None:
        """The browser goes away."""
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)
