"""Names of organizations as people use them on a day."""

from datetime import datetime

from django import template
from django.utils import timezone

from schools.models import Organization

register = template.Library()


@register.filter
def name_on(organization: Organization, now: datetime) -> str:
    """ "八年级(3)班" for a class, the plain name for everything else: {{ organization|name_on:now }}."""
    return organization.display_name(timezone.localdate(now))
