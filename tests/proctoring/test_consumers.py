"""The room's socket, through the whole ASGI application of the live process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections
from django.test import Client

from common import clock
from exams.models import Room
from proctoring import board, consumers
from quizplatform import asgi
from schools.models import Membership, User
from tests import world as cast
from tests.proctoring.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Scene:
    """A room in the committed database, and who may see it."""

    room: Room
    cookies: dict[str, str]
    world: cast.World


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    world = cast.build()
    sitting = cast.make_sitting(world)
    return Scene(cast.room_of(sitting, world.class_71), {}, world)


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return str(client.cookies["sessionid"].value)


async def socket_of(scene: Scene, username: str | None, room_id: int | None = None) -> Socket:
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    if username:
        cookie = await sync_to_async(cookie_of)(getattr(scene.world, username))
        headers.append((b"cookie", f"sessionid={cookie}".encode()))
    path = f"/live/rooms/{room_id or scene.room.pk}/"
    return Socket(asgi.live, path, headers)


@pytest.fixture(autouse=True)
async def flushed() -> AsyncIterator[None]:
    yield
    await get_channel_layer().flush()
    await sync_to_async(connections.close_all)()


async def closing(socket: Socket) -> int:
    """The code with which the server closes what it has accepted."""
    assert await socket.connect()
    return await socket.closing()


async def test_a_teacher_first_gets_the_whole_picture(scene: Scene) -> None:
    socket = await socket_of(scene, "ada")
    assert await socket.connect()
    first = await socket.json()
    expected = await sync_to_async(board.picture)(scene.room.pk, clock.now())
    assert first["rows"] == [list(row) for row in expected["rows"]]
    assert first["clock"] == expected["clock"]
    await socket.leave()


async def test_what_the_follower_tells_reaches_the_browser(scene: Scene) -> None:
    socket = await socket_of(scene, "ada")
    await socket.connect()
    await socket.json()
    layer = get_channel_layer()
    message = {"type": "room.picture", "room": scene.room.pk, "text": '{"rows":[],"at":5}'}
    await layer.group_send(f"room.{scene.room.pk}", message)
    assert await socket.json() == {"rows": [], "at": 5}
    await layer.group_send("rooms.beat", {"type": "rooms.beat", "at": 6, "rooms": [scene.room.pk]})
    assert await socket.json() == {"beat": 6}
    await socket.leave()


async def test_an_open_socket_says_that_its_room_is_watched(scene: Scene) -> None:
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add("rooms.watch", name)
    socket = await socket_of(scene, "ada")
    await socket.connect()
    assert (await layer.receive(name))["room"] == scene.room.pk
    await layer.group_send("rooms.beat", {"type": "rooms.beat", "at": 6, "rooms": []})
    assert (await layer.receive(name))["room"] == scene.room.pk
    await socket.leave()


async def test_a_beat_of_a_follower_that_does_not_follow_the_room_vouches_for_nothing(scene: Scene) -> None:
    socket = await socket_of(scene, "ada")
    await socket.connect()
    await socket.json()
    await get_channel_layer().group_send("rooms.beat", {"type": "rooms.beat", "at": 6, "rooms": []})
    assert await socket.receive_nothing(0.5)
    await socket.leave()


@pytest.mark.parametrize("username", ["olga", "author", None])
async def test_who_may_not_see_the_room_is_told_that_it_is_not_there(scene: Scene, username: str | None) -> None:
    assert await closing(await socket_of(scene, username)) == 4404


async def test_a_room_that_does_not_exist_is_not_there(scene: Scene) -> None:
    assert await closing(await socket_of(scene, "ada", 999_999)) == 4404


async def test_a_foreign_page_may_not_open_the_socket(scene: Scene) -> None:
    headers = [(b"origin", b"http://elsewhere.example"), (b"host", b"localhost")]
    socket = Socket(asgi.live, f"/live/rooms/{scene.room.pk}/", headers)
    assert not await socket.connect()


async def test_who_loses_the_class_loses_the_picture(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "BEATS_BETWEEN_CHECKS", 1)
    socket = await socket_of(scene, "ada")
    await socket.connect()
    await socket.json()
    await sync_to_async(Membership.objects.filter(user=scene.world.ada).delete)()
    await get_channel_layer().group_send("rooms.beat", {"type": "rooms.beat", "at": 6, "rooms": []})
    assert await socket.closing() == 4404


@pytest.mark.usefixtures("no_valkey")
async def test_without_valkey_the_socket_closes_at_once_and_quietly(scene: Scene) -> None:
    socket = await socket_of(scene, "ada")
    assert not await socket.connect()
    assert socket.opening["code"] == 1013
