"""All addresses of the pages process; each app brings its own."""

from django.urls import include, path, re_path

from quizplatform import accounts, home, languages

# Pages of the accounts library that send mail or let people sign up by themselves.
CLOSED = r"^accounts/(?:signup|email|confirm-email|password/reset|login/code|social)/"

urlpatterns = [
    path("", include("exams.urls")),
    path("", include("questionbank.urls")),
    path("", include("schools.urls")),
    path("", include("proctoring.urls")),
    path("", include("reports.urls")),
    path("home/", home.home, name="home"),
    path("language/", languages.choose, name="language"),
    re_path(CLOSED, accounts.closed, name="closed"),
    path("accounts/", include("allauth.urls")),
]
