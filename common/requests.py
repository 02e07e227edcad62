"""The request as our views get it: what the middleware adds to Django's, named for the type checker."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """A request with one reading of the clock (quizplatform.middleware.RequestTime) and, behind a guard, staff."""

    now: datetime
    user: Any
    htmx: Any
