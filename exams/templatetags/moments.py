"""Moments as planning pages and seat cards write them, on the clock of the place."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

register = template.Library()


@register.filter
def moment(at: datetime) -> str:
    """ "2026年10月20日 09:00", "20 Oct 2026, 09:00"."""
    # Translators: a format of Django's date filter, not words.
    return date_format(timezone.localtime(at), gettext("Y年n月j日 H:i"))


@register.filter
def clock(at: datetime) -> str:
    """ "09:00" in every language: nobody is to think about a.m. and p.m. at an exam."""
    return date_format(timezone.localtime(at), "H:i")
