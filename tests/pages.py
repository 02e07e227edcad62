"""What tests of staff pages share: a signed-in client, the clock at NOW, the text of a page."""

from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from common import clock
from schools.models import User
from tests.world import NOW


def sign_in(user: User) -> Client:
    """A client on which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def soup(response: Any) -> BeautifulSoup:
    """The page, to be looked into."""
    return BeautifulSoup(response.content, "html.parser")


def text(response: Any) -> str:
    """What the page says, without tags, spaces made one."""
    return " ".join(soup(response).get_text(" ").split())


def typed(moment: datetime) -> str:
    """A moment as the browser's picker sends it: a whole minute of the local clock."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def office_hours(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The edge's clock stands at NOW, so that classes have the grades of the cast; no second factor is asked."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.REQUIRE_SECOND_FACTOR = False
