"""allauth's pages in the product's look: signing in, one's password, the second factor."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World

OPEN = ["account_login"]
OWN = ["account_logout", "account_change_password", "account_reauthenticate", "mfa_index", "mfa_list_webauthn"]
INLINE = re.compile(r"<script(?![^>]*(?:src=|application/json))|<style| style=| on\w+=")


def _is_ours(page: str) -> bool:
    return "masthead" in page and "tokens" in page and not INLINE.search(page)


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_pages_before_signing_in_have_the_look(client: Client, name: str) -> None:
    answered = client.get(reverse(name))
    assert answered.status_code == 200
    assert _is_ours(answered.content.decode())


@pytest.mark.parametrize("name", OWN)
def test_pages_of_ones_own_account_have_the_look(client: Client, world: World, name: str) -> None:
    client.force_login(world.ada)
    answered = client.get(reverse(name))
    assert answered.status_code == 200
    assert _is_ours(answered.content.decode())


def test_the_second_factor_is_set_up_after_the_password_was_asked_again(client: Client, world: World) -> None:
    client.force_login(world.ada)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery"})
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert _is_ours(page.content.decode())


@pytest.mark.django_db
def test_a_wrong_password_is_said_beside_the_form(client: Client) -> None:
    page = client.post(reverse("account_login"), {"login": "nobody", "password": "x"}).content.decode()
    assert 'class="errorlist nonfield"' in page


def test_the_navigation_shows_what_one_may_open(client: Client, world: World) -> None:
    client.force_login(world.author)
    page = client.get(reverse("home")).content.decode()
    assert f'href="{reverse("items")}"' in page
    assert f'href="{reverse("rooms")}"' not in page
    assert f'href="{reverse("home")}" aria-current="page"' in page


@pytest.mark.django_db
def test_what_is_not_there_is_said_kindly(client: Client) -> None:
    answered = client.get("/nothing/")
    assert answered.status_code == 404
    assert "没有这个页面" in answered.content.decode()
