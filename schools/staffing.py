"""Appoints and dismisses staff. Nobody hands out a role that the own office does not have below it."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from schools import audit
from schools.models import Membership, Organization, User
from schools.roles import GRANTS, MAY_APPOINT, PLACES, Role

# Without what is mistaken for something else on a slip of paper: 0 o, 1 l i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class NameTaken(Exception):
    """Somebody out of reach has this user name."""


class NotYours(Exception):
    """The role is not the actor's to give or to take."""


class Oneself(Exception):
    """Nobody takes a role or a password from themselves; that would lock the door from inside."""


class AlreadyHeld(Exception):
    """The person has this role at this place."""


class Appointment(NamedTuple):
    """A new role, and the password to hand over when the person is new; it is stored nowhere."""

    membership: Membership
    password: str | None


def appointable(user: Any, organization: Organization) -> frozenset[Role]:
    """The roles `user` may give and take at a place."""
    line = set(organization.line())
    held = [Role(one.role) for one in user.held_memberships() if one.organization.path in line]
    may = [MAY_APPOINT[role] for role in held if "staff:manage" in GRANTS[role]]
    return frozenset(role for roles in may for role in roles if organization.kind in PLACES[role])


@transaction.atomic
def appoint(*, username: str, name: str, role: Role, organization: Organization, by: Any, now: datetime) -> Appointment:
    """Gives a person a role; who has no account yet gets one. Raises NotYours, NameTaken, AlreadyHeld."""
    if role not in appointable(by, organization):
        raise NotYours
    user = User.objects.filter(username__iexact=username).first()
    password = None
    if user is None:
        password = _password()
        user = User.objects.create_user(username=username, name=name, password=password)
    elif not _in_reach(user, by):
        raise NameTaken
    membership, created = Membership.objects.get_or_create(user=user, organization=organization, role=role)
    if not created:
        raise AlreadyHeld
    _remember("appoint", membership, by, now)
    return Appointment(membership, password)


@transaction.atomic
def dismiss(membership: Membership, *, by: Any, now: datetime) -> None:
    """Takes a role away; the account and what it did stay. Raises Oneself, NotYours."""
    _check(membership, by)
    _remember("dismiss", membership, by, now)
    membership.delete()


@transaction.atomic
def renew_password(membership: Membership, *, by: Any, now: datetime) -> Appointment:
    """Gives somebody who forgot it a new password and ends their sessions. Raises Oneself, NotYours; also when the
    person holds any role out of the actor's reach, which would otherwise be taken over."""
    _check(membership, by)
    user = membership.user
    others = list(user.memberships.select_related("organization"))
    if user.is_superuser or not all(Role(one.role) in appointable(by, one.organization) for one in others):
        raise NotYours
    password = _password()
    user.set_password(password)
    user.save(update_fields=["password"])
    _remember("renew_password", membership, by, now)
    return Appointment(membership, password)


def within_reach(user: Any) -> Any:
    """The memberships that `user` looks after."""
    return Membership.objects.visible_to(user, "staff:manage").select_related("user", "organization")


def _in_reach(user: User, by: Any) -> bool:
    return Membership.objects.visible_to(by, "staff:manage").filter(user=user).exists()


def _check(membership: Membership, by: Any) -> None:
    if membership.user_id == by.pk:
        raise Oneself
    if Role(membership.role) not in appointable(by, membership.organization):
        raise NotYours


def _password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _remember(act: str, membership: Membership, by: Any, now: datetime) -> None:
    reason = f"{act} {membership.role}"
    place = membership.organization
    audit.record(
        "staff:manage", by=by, now=now, organization=place, kind="user", ids=[membership.user_id], reason=reason
    )
