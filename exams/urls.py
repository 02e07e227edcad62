"""Addresses of this app."""

from django.urls import URLPattern, path

from exams import student

urlpatterns: list[URLPattern] = [
    path("", student.front, name="front"),
    path("attempt/", student.attempt, name="attempt_client"),
    path("tutorial/", student.tutorial, name="tutorial"),
]
