"""The guards that every view carries: a permission, or the word that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from schools.roles import roles_granting
from schools.scoping import holds

View = TypeVar("View", bound=Callable[..., HttpResponse])


def requires(permission: str) -> Callable[[View], View]:
    """Guards a view: sign-in first; 404 for those who hold `permission` nowhere. The view scopes its own rows."""
    roles_granting(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not holds(request.user, permission):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in(view: View) -> View:
    """Guards a view that every member of staff may open and that shows only what is their own."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.required_permission = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def public(view: View) -> View:
    """Marks a view that anybody may open; the architecture test wants the mark to be there."""
    view.is_public = True  # type: ignore[attr-defined]
    return view
