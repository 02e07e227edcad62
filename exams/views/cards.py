"""Pages of seat cards, made for the printer."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams import overview, seatcards
from exams.models import Room, Sitting
from schools import browsing
from schools.access import requires


@requires("card:print")
@never_cache
def sitting_cards(request: Request, pk: int) -> HttpResponse:
    """The cards of a sitting; of one school with ?organization=. Too many at once are offered part by part."""
    one = get_object_or_404(overview.sittings(request.user), pk=pk)
    rooms = seatcards.printable(request.user, one)
    if "organization" in request.GET:
        places = browsing.places(request.user, "card:print")
        rooms = seatcards.of_place(rooms, get_object_or_404(places, pk=_number(request.GET["organization"])))
    if seatcards.count(rooms) > seatcards.MOST_CARDS:
        return render(request, "exams/card_choice.html", {"sitting": one, "choices": seatcards.choices(rooms)})
    sheets = seatcards.sheets(rooms, by=request.user, now=request.now)
    return _print(request, one, sheets)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


@requires("card:print")
@never_cache
def room_cards(request: Request, pk: int) -> HttpResponse:
    """The cards of one class."""
    room = get_object_or_404(seatcards.rooms(request.user), pk=pk)
    sheets = seatcards.sheets([room], by=request.user, now=request.now)
    return _print(request, room.sitting, sheets, room)


@requires("card:print")
@never_cache
def attempt_card(request: Request, pk: int) -> HttpResponse:
    """One card alone, to print again."""
    attempt = get_object_or_404(seatcards.attempts(request.user), pk=pk)
    sheet = seatcards.single(attempt, by=request.user, now=request.now)
    return _print(request, attempt.room.sitting, [sheet], attempt.room)


def _print(request: Request, sitting: Sitting, sheets: list[seatcards.Sheet], room: Room | None = None) -> HttpResponse:
    """The pages for the printer; the door's address is printed without its scheme, as people type it."""
    door = settings.SITE_URL.rstrip("/").split("://")[-1]
    context = {"sitting": sitting, "exam": sitting.exam, "room": room, "sheets": sheets, "door": door}
    return render(request, "exams/cards.html", context)
