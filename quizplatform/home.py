"""The staff's home: what to do today, per role."""

from django.http import HttpResponse
from django.shortcuts import render

from common.requests import Request
from quizplatform import agenda
from schools.access import signed_in


@signed_in
def home(request: Request) -> HttpResponse:
    """What each of this person's roles has to do today."""
    context = {"sections": agenda.sections(request.user, request.now), "memberships": request.user.held_memberships()}
    return render(request, "quizplatform/home.html", context)
