"""The socket of a room page: passes the follower's pictures on to the browser, nothing else."""

import asyncio
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from redis.exceptions import RedisError

from common import clock
from proctoring import board, following, watching

NOT_THERE = 4404
TRY_AGAIN = 1013
# Whether this person may still watch is asked again once in so many beats, about once a minute; that the room is
# watched is said again about twice a minute.
BEATS_BETWEEN_CHECKS = 12
BEATS_BETWEEN_WORDS = 6
PATIENCE_S = 10.0
LAYER_GONE = (RedisError, OSError, TimeoutError)


class RoomConsumer(AsyncJsonWebsocketConsumer):
    """One browser that watches one room. Closes with 4404 where there is nothing for this person to see, with 1013
    while the channel layer is gone; the page then asks for itself."""

    groups: ClassVar[list[str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except LAYER_GONE:
            await send({"type": "websocket.close", "code": TRY_AGAIN})

    async def dispatch(self, message: dict[str, Any]) -> None:
        """What comes from the follower touches no database: it goes by without the look at old connections that costs
        every other message a change of threads."""
        if message["type"] == "room.picture":
            await self.send(text_data=message["text"])
        elif message["type"] == "rooms.beat":
            await self._pass_on_beat(message)
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        """Joins the room's group first and sends the picture then, so that nothing falls between."""
        self.beats = 0
        self.room_id: int = self.scope["url_route"]["kwargs"]["pk"]
        await self.accept()
        if not await self._may_watch():
            await self.close(NOT_THERE)
        elif not (await self._each_group(self.channel_layer.group_add) and await self._say_watched()):
            await self.close(TRY_AGAIN)
        else:
            await self.send_json(await database_sync_to_async(board.picture)(self.room_id, clock.now()))

    async def disconnect(self, code: int) -> None:
        """Leaves the groups; when the layer is gone there is nothing to leave."""
        await self._each_group(self.channel_layer.group_discard)

    async def _may_watch(self) -> bool:
        user_id = self.scope["user"].pk or 0
        return bool(await database_sync_to_async(watching.may_watch)(user_id, self.room_id))

    async def _each_group(self, act: Any) -> bool:
        """Joins or leaves what is listened to; False when the layer does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                for name in (following.group(self.room_id), following.BEAT_GROUP):
                    await act(name, self.channel_name)
        except LAYER_GONE:
            return False
        return True

    async def _pass_on_beat(self, message: dict[str, Any]) -> None:
        """The follower says that the last picture still holds, or does not know that this room is watched."""
        self.beats += 1
        if self.beats % BEATS_BETWEEN_CHECKS == 0 and not await self._may_watch():
            await self.close(NOT_THERE)
            return
        followed = self.room_id in message.get("rooms", ())
        if not followed or self.beats % BEATS_BETWEEN_WORDS == 0:
            await self._say_watched()
        if followed:
            await self.send_json({"beat": message["at"]})

    async def _say_watched(self) -> bool:
        """Tells the follower that this room is watched; False when the layer does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.channel_layer.group_send(
                    following.WATCH_GROUP, {"type": "rooms.watch", "room": self.room_id}
                )
        except LAYER_GONE:
            return False
        return True
