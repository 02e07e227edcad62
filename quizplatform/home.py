"""The staff's home: what to do today, per role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schools.access import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What each of this person's roles has to do today."""
    return render(request, "quizplatform/home.html", {})
