"""Declares the app to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizPlatformConfig(AppConfig):
    name = "quizplatform"
    verbose_name = _("平台")
