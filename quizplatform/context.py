"""What every template may name: the product's own words and switches."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from quizplatform import navigation


def product(request: HttpRequest) -> dict[str, Any]:
    """`exam_term`: what this city calls the test; `demo`: whether this is a demonstration; `now`; `navigation`: the
    staff's places, found only when a template asks (students' pages touch no session)."""
    english = (get_language() or "").startswith("en")
    return {
        "exam_term": settings.EXAM_TERM_EN if english else settings.EXAM_TERM,
        "demo": settings.DEMO,
        "now": getattr(request, "now", None),
        "navigation": SimpleLazyObject(lambda: navigation.entries(request.user, request.path)),
    }
