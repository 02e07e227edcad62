"""City and county administrators must have a second factor: until they have one, every page leads to its set-up."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from schools.roles import SECOND_FACTOR_ROLES

Handler = Callable[[HttpRequest], HttpResponse]


class RequireSecondFactor:
    """Sends those whose role asks for a second factor and who have none to the page where it is set up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REQUIRE_SECOND_FACTOR or request.path.startswith(("/accounts/", "/language/")):
            return self.get_response(request)
        user = request.user
        if user.is_authenticated and self._asked_of(user) and not is_mfa_enabled(user):
            messages.warning(request, _("你的角色需要双重验证，请先设置验证器应用。"))
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    @staticmethod
    def _asked_of(user: object) -> bool:
        return any(one.role in SECOND_FACTOR_ROLES for one in user.held_memberships())  # type: ignore[attr-defined]
