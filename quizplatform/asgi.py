"""The two ASGI applications, each made when a server asks for it by name.

`lane`: the students' exam endpoints, bare; Django is never imported in its process.
`live`: the sockets of the boards."""

import os
from typing import Any


def __getattr__(name: str) -> Any:
    makers = {"lane": _lane, "live": _live}
    if name not in makers:
        raise AttributeError(name)
    application = globals()[name] = makers[name]()
    return application


def _lane() -> Any:
    from exams.lane import app, config

    return app.build(config.LaneConfig.from_environ(os.environ))


def _live() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizplatform.settings")
    import django

    django.setup()
    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator

    from proctoring import sockets

    routes = URLRouter(sockets.urlpatterns)
    sockets_of_staff = AllowedHostsOriginValidator(AuthMiddlewareStack(routes))
    return ProtocolTypeRouter({"websocket": sockets_of_staff, "http": _nothing_here})


async def _nothing_here(scope: Any, receive: Any, send: Any) -> None:
    """Whoever knocks without a socket is answered, so that the launcher can tell that this process lives."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"sockets only\n"})
