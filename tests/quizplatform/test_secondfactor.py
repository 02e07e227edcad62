"""Who can change a city's test proves twice who they are."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from pytest_django import Settings

from tests.world import World


@pytest.mark.parametrize("name", ["city_admin", "county_admin"])
def test_an_administrator_without_a_second_factor_is_led_to_its_set_up(
    world: World, client: Client, settings: Settings, name: str
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(world.staff[name])
    response = client.get("/home/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/2fa/totp/activate")


def test_with_a_second_factor_the_pages_open(world: World, client: Client, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    TOTP.activate(world.city_admin, generate_totp_secret())
    client.force_login(world.city_admin)
    assert client.get("/home/").status_code == 200


def test_a_teacher_is_not_asked_for_one(world: World, client: Client, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(world.ada)
    assert client.get("/home/").status_code == 200


def test_production_asks_for_it_unless_told_otherwise(settings: Settings) -> None:
    assert settings.REQUIRE_SECOND_FACTOR is True
