"""Addresses of this app."""

from django.urls import URLPattern, path

from questionbank import views

urlpatterns: list[URLPattern] = [
    path("items/", views.items, name="items"),
    path("items/new/", views.item_new, name="item_new"),
    path("items/preview/", views.item_preview, name="item_preview"),
    path("items/<int:pk>/", views.item, name="item"),
    path("items/<int:pk>/edit/", views.item_edit, name="item_edit"),
    path("items/<int:pk>/versions/", views.item_versions, name="item_versions"),
    path("items/<int:pk>/submission/", views.item_submission, name="item_submission"),
    path("items/<int:pk>/review/", views.item_review, name="item_review"),
    path("items/<int:pk>/retirement/", views.item_retirement, name="item_retirement"),
    path("topics/", views.topics, name="topics"),
]
