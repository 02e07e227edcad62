"""Signing in: by name and password; what would need mail or open sign-up does not exist."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests import world as cast
from tests.world import World


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "password/reset/", "password/reset/key/1-2/", "login/code/confirm/", "social/signup/"],
)
def test_pages_that_send_mail_or_let_people_sign_up_do_not_exist(db: None, client: Client, address: str) -> None:
    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}", {"email": "a@example.org"}).status_code == 404


def test_staff_sign_in_and_are_led_home(world: World, client: Client) -> None:
    answer = client.post(
        "/accounts/login/",
        {"login": "ada", "password": "correct horse battery"},
        headers={"X-Forwarded-For": "203.0.113.7"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")


def test_a_whole_school_may_sign_in_from_one_address(world: World) -> None:
    for _ in range(40):
        answer = Client().post(
            "/accounts/login/",
            {"login": "ada", "password": "correct horse battery"},
            headers={"X-Forwarded-For": "203.0.113.7"},
        )
        assert answer.status_code == 302


def test_guessing_one_account_s_password_is_slowed_and_its_neighbours_are_not(world: World, client: Client) -> None:
    cast.make_user("guessed")

    def sign_in(name: str, password: str) -> int:
        fields = {"login": name, "password": password}
        return client.post("/accounts/login/", fields, headers={"X-Forwarded-For": "203.0.113.7"}).status_code

    for _ in range(6):
        assert sign_in("guessed", "wrong") == 200
    assert sign_in("guessed", "correct horse battery") == 200
    assert sign_in("olga", "correct horse battery") == 302
    cache.clear()
