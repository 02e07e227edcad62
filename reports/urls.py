"""Addresses of this app."""

from django.urls import URLPattern, path

from reports import views

urlpatterns: list[URLPattern] = [
    path("results/", views.results, name="results"),
    path("results/attempts/<int:pk>/", views.attempt_result, name="attempt_result"),
    path("results/<int:exam>/", views.exam_results, name="exam_results"),
    path("results/<int:exam>/items/", views.item_results, name="item_results"),
    path(
        "results/<int:exam>/organizations/<int:organization>/", views.organization_results, name="organization_results"
    ),
    path(
        "results/<int:exam>/organizations/<int:organization>/charts/<slug:chart>.svg",
        views.results_chart,
        name="results_chart",
    ),
    path("results/<int:exam>/classes/<int:organization>/", views.class_results, name="class_results"),
    path("results/<int:exam>/classes/<int:organization>/workbook/", views.class_workbook, name="class_workbook"),
]
