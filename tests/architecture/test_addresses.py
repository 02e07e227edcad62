"""Every address is guarded: it names the permission it takes, or says that it is public."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from schools.roles import PERMISSIONS

# The pages of allauth guard themselves. Each is named here, so that a new release brings no new page unseen.
OF_ALLAUTH = {
    "account_change_password", "account_confirm_email", "account_confirm_login_code", "account_email",
    "account_email_verification_sent", "account_inactive", "account_login", "account_logout", "account_reauthenticate",
    "account_request_login_code", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_set_password",
    "account_signup", "account_signup_by_passkey",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_authenticate", "mfa_deactivate_totp", "mfa_download_recovery_codes",
    "mfa_edit_webauthn", "mfa_generate_recovery_codes", "mfa_index", "mfa_list_webauthn", "mfa_login_webauthn",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_signup_webauthn", "mfa_trust",
    "mfa_view_recovery_codes",
    "openid_connect_callback", "openid_connect_login",
    "/accounts/social/connections/", "/accounts/social/login/cancelled/", "/accounts/social/login/error/",
    "/accounts/social/signup/",  # nameless redirects to the next four
    "socialaccount_connections", "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
}  # fmt: skip


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the pages process with its whole route."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern

    yield from walk(get_resolver().url_patterns, "/")


ALL = sorted(addresses(), key=lambda found: found[0])
OURS = [(route, pattern) for route, pattern in ALL if not route.startswith("/accounts/")]


def is_guarded(view) -> bool:
    needed = getattr(view, "required_permission", None)
    public = getattr(view, "is_public", False)
    return public != bool(needed) and (public or needed in PERMISSIONS | {"signed_in"})


def test_an_address_names_its_permission_or_is_public():
    assert [route for route, pattern in OURS if not is_guarded(pattern.callback)] == []


def test_an_address_has_a_name_and_ends_with_a_slash():
    odd = [route for route, pattern in OURS if not pattern.name or not (route.endswith("/") or "." in route)]

    assert odd == []


def test_the_pages_of_others_are_those_we_know():
    found = {pattern.name or route for route, pattern in ALL if route.startswith("/accounts/")}

    assert found - OF_ALLAUTH == set()


def test_no_view_is_a_class():
    assert [route for route, pattern in OURS if hasattr(pattern.callback, "view_class")] == []
