"""Addresses of this app."""

from django.urls import URLPattern, path

from exams import student
from exams.views import blueprints, cards, exams, makeups, sittings

urlpatterns: list[URLPattern] = [
    path("", student.front, name="front"),
    path("attempt/", student.attempt, name="attempt_client"),
    path("attempt/sw.js", student.service_worker, name="attempt_worker"),
    path("tutorial/", student.tutorial, name="tutorial"),
    path("blueprints/", blueprints.blueprints, name="blueprints"),
    path("blueprints/new/", blueprints.blueprint_new, name="blueprint_new"),
    path("blueprints/supply/", blueprints.blueprint_supply, name="blueprint_supply"),
    path("blueprints/<int:pk>/", blueprints.blueprint, name="blueprint"),
    path("exams/", exams.exams, name="exams"),
    path("exams/new/", exams.exam_new, name="exam_new"),
    path("exams/<int:pk>/", exams.exam, name="exam"),
    path("exams/<int:pk>/edit/", exams.exam_edit, name="exam_edit"),
    path("exams/<int:pk>/papers/", exams.exam_papers, name="exam_papers"),
    path("exams/<int:pk>/papers/<int:number>/", exams.paper, name="paper"),
    path("exams/<int:pk>/papers/addition/", exams.exam_paper_addition, name="exam_paper_addition"),
    path("exams/<int:pk>/release/", exams.exam_release, name="exam_release"),
    path("exams/<int:pk>/sittings/new/", sittings.sitting_new, name="sitting_new"),
    path("sittings/", sittings.sittings, name="sittings"),
    path("sittings/classes/<int:pk>/", sittings.class_choices, name="class_choices"),
    path("sittings/<int:pk>/", sittings.sitting, name="sitting"),
    path("sittings/<int:pk>/edit/", sittings.sitting_edit, name="sitting_edit"),
    path("sittings/<int:pk>/roster/", sittings.sitting_roster, name="sitting_roster"),
    path("sittings/<int:pk>/make-up/", makeups.sitting_make_up, name="sitting_make_up"),
    path("sittings/<int:pk>/withdrawal/", sittings.sitting_withdrawal, name="sitting_withdrawal"),
    path("sittings/<int:pk>/cards/", cards.sitting_cards, name="sitting_cards"),
    path("rooms/<int:pk>/cards/", cards.room_cards, name="room_cards"),
    path("attempts/<int:pk>/card/", cards.attempt_card, name="attempt_card"),
]
