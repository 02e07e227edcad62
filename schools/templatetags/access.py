"""Asks in a template whether to show a way that only some may go."""

from typing import Any

from django import template

from schools import browsing, scoping
from schools.models import Organization

register = template.Library()


@register.filter
def holds(user: Any, permission: str) -> bool:
    """Whether the user holds the permission anywhere: {% if user|holds:"exam:plan" %}."""
    return scoping.holds(user, permission)


@register.simple_tag
def may(user: Any, permission: str, organization: Organization) -> bool:
    """Whether the user holds the permission for a place: {% may user "card:print" room.organization as printable %}."""
    return browsing.may(user, permission, organization)
