"""How staff accounts behave: made by administrators, without email; what that closes does not exist."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse

from schools.access import public


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@public
def closed(request: HttpRequest) -> HttpResponse:
    """Stands before the pages of the accounts library that send mail or let people sign up: staff have no mail here,
    and a lost password is set anew by the administrator who manages the place."""
    raise Http404
