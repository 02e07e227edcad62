"""The lane as a bare ASGI application: lifespan, routing, and one place where refusals become answers."""

import gc
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from exams.lane import problems, wire
from exams.lane.calls.enter import Enter
from exams.lane.calls.leave import Leave
from exams.lane.calls.pulse import Pulse
from exams.lane.calls.result import Result
from exams.lane.calls.save import Save
from exams.lane.calls.start import Start
from exams.lane.calls.state import Show
from exams.lane.calls.submit import Submit
from exams.lane.catalog import Gone
from exams.lane.config import LaneConfig
from exams.lane.database import NotFit
from exams.lane.groupcommit import Full, OutcomeUnknown, Overdue
from exams.lane.problems import Problem
from exams.lane.runtime import Lane, wall_clock
from exams.lane.wire import Answer, Receive, Reply, Request, Scope, Send

log = logging.getLogger(__name__)

ROOT = "/lane/v1/"

Call = Callable[[Request], Awaitable[Answer]]


class Application:
    """The ASGI callable. `lane` is open to tests."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._routes: dict[tuple[str, str], Call] = {
            ("POST", ROOT + "enter"): Enter(lane),
            ("POST", ROOT + "leave"): Leave(lane),
            ("POST", ROOT + "start"): Start(lane),
            ("POST", ROOT + "save"): Save(lane),
            ("POST", ROOT + "pulse"): Pulse(lane),
            ("POST", ROOT + "submit"): Submit(lane),
            ("GET", ROOT + "state"): Show(lane),
            ("GET", ROOT + "result"): Result(lane),
            ("GET", ROOT + "time"): _time,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(dict(scope["headers"]), b"", self.lane.clock())
        try:
            request.body = await wire.read_body(request.headers, receive)
        except Problem as problem:
            reply = self.refuse(problem, request)
        else:
            reply = await self.respond(scope["method"], scope["path"], request)
        await wire.give(send, reply)

    async def respond(self, method: str, path: str, request: Request) -> Reply:
        """The answer to a whole request; every refusal and fault is one, too."""
        try:
            status, document = await self._route(method, path)(request)
        except Exception as fault:
            return self.refuse(fault, request)
        document["now"] = self.lane.clock()
        return wire.answered(status, document)

    def refuse(self, fault: Exception, request: Request) -> Reply:
        """The answer that tells of a fault, in the student's language."""
        return wire.refused(_problem(fault, self.lane), _language(request), self.lane.clock())

    def _route(self, method: str, path: str) -> Call:
        call = self._routes.get((method, path))
        if call is None:
            known = [allowed for allowed, address in self._routes if address == path]
            raise Problem("method_not_allowed", allowed=known) if known else Problem("not_found")
        return call

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.lane.start()
                except NotFit as reason:
                    await send({"type": "lifespan.startup.failed", "message": str(reason)})
                    return
                _settle_memory()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.lane.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _settle_memory() -> None:
    """What is loaded now stays; the collector need not walk through it again and again, nor come every few requests
    (it cost a twentieth of the lane's CPU)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _time(request: Request) -> Answer:
    """GET /lane/v1/time: nothing but `now`, for doors and supervisors that ask whether the lane is up."""
    return 200, {}


def _problem(fault: Exception, lane: Lane) -> Problem:
    """What a client is told of a fault; what is our own fault is logged."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, (Full, Overdue, OutcomeUnknown)):
        return Problem("busy", retry_after=1 + 2 * lane.chance())
    if isinstance(fault, Gone):
        return Problem("bad_token")
    log.error("a call failed", exc_info=fault)
    return Problem("internal", retry_after=2 + 3 * lane.chance())


def _language(request: Request) -> str:
    field: Any = None
    if request.body and b'"lang"' in request.body:
        try:
            field = request.document().get("lang")
        except Problem:
            field = None
    return problems.language(request.headers, field)


def build(config: LaneConfig, clock: Callable[[], int] = wall_clock) -> Application:
    """The application for a server to run. `clock` gives integer milliseconds."""
    return Application(Lane(config, clock))
