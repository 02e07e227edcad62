"""Which rows a person may act on: one question, `visible_to(user, permission)`, asked of every model the same way."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from schools.roles import roles_granting


def scope(user: Any, permission: str, within: str) -> Q:
    """Rows whose organization (reached by the lookup path `within`, "" for the organization itself) lies at or below
    one where `user` holds `permission`. Holds nothing for an anonymous or inactive user."""
    condition = Q(pk__in=[])
    if not (user.is_authenticated and user.is_active):
        return condition
    roles = roles_granting(permission)
    prefix = f"{within}__path__startswith" if within else "path__startswith"
    for membership in user.held_memberships():
        if membership.role in roles:
            condition |= Q(**{prefix: membership.organization.path})
    return condition


def above(user: Any, permission: str, within: str) -> Q:
    """Rows whose organization lies at or above one where `user` holds `permission`: what is held for them by the
    places over them. Holds nothing for an anonymous or inactive user."""
    if not (user.is_authenticated and user.is_active):
        return Q(pk__in=[])
    roles = roles_granting(permission)
    held = [one.organization for one in user.held_memberships() if one.role in roles]
    paths = {path for organization in held for path in organization.line()}
    return Q(**{f"{within}__path__in" if within else "path__in": sorted(paths)})


def holds(user: Any, permission: str) -> bool:
    """Whether `user` holds `permission` anywhere at all."""
    if not (user.is_authenticated and user.is_active):
        return False
    roles = roles_granting(permission)
    return any(membership.role in roles for membership in user.held_memberships())


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset whose rows belong to an organization; the model names the path to it in `within`."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Rows that `user` may act on with `permission`; what is not in it does not exist for them."""
        return self.filter(scope(user, permission, self.model.within))


class Scoped:
    """Mixin of models that are looked up with `visible_to`."""

    within: ClassVar[str] = "organization"
