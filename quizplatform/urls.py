"""All addresses of the pages process; each app brings its own."""

from django.urls import include, path

from quizplatform import home, languages

urlpatterns = [
    path("", include("exams.urls")),
    path("", include("questionbank.urls")),
    path("", include("schools.urls")),
    path("", include("proctoring.urls")),
    path("", include("reports.urls")),
    path("home/", home.home, name="home"),
    path("language/", languages.choose, name="language"),
    path("accounts/", include("allauth.urls")),
]
