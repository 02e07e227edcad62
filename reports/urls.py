"""Addresses of this app."""

from django.urls import URLPattern, path

from reports.views import rehearsals, results

urlpatterns: list[URLPattern] = [
    path("rehearsals/", rehearsals.rehearsals, name="rehearsals"),
    path("rehearsals/<int:pk>/", rehearsals.rehearsal_page, name="rehearsal"),
    path("rehearsals/<int:pk>/clearing/", rehearsals.clearing, name="rehearsal_clearing"),
    path("rehearsals/<int:pk>/figures/", rehearsals.figures, name="rehearsal_figures"),
    path("rehearsals/<int:pk>/charts/<slug:chart>.svg", rehearsals.chart, name="rehearsal_chart"),
    path("results/", results.results, name="results"),
    path("results/attempts/<int:pk>/", results.attempt_result, name="attempt_result"),
    path("results/<int:exam>/", results.exam_results, name="exam_results"),
    path("results/<int:exam>/items/", results.item_results, name="item_results"),
    path(
        "results/<int:exam>/organizations/<int:organization>/",
        results.organization_results,
        name="organization_results",
    ),
    path(
        "results/<int:exam>/organizations/<int:organization>/charts/<slug:chart>.svg",
        results.results_chart,
        name="results_chart",
    ),
    path("results/<int:exam>/classes/<int:organization>/", results.class_results, name="class_results"),
    path("results/<int:exam>/classes/<int:organization>/workbook/", results.class_workbook, name="class_workbook"),
]
