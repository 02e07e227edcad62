"""Addresses of this app."""

from django.urls import URLPattern, path

from schools import views

urlpatterns: list[URLPattern] = [
    path("organizations/", views.organizations, name="organizations"),
    path("organizations/<int:pk>/", views.organization, name="organization"),
    path("organizations/<int:pk>/staff/", views.staff, name="staff"),
    path("organizations/<int:pk>/students/", views.class_students, name="class_students"),
    path("memberships/<int:pk>/removal/", views.membership_removal, name="membership_removal"),
    path("memberships/<int:pk>/password/", views.membership_password, name="membership_password"),
    path("students/", views.students, name="students"),
    path("students/<int:pk>/", views.student, name="student"),
    path("students/<int:pk>/name/", views.student_name, name="student_name"),
    path("students/<int:pk>/enrollment/", views.student_enrollment, name="student_enrollment"),
    path("students/<int:pk>/departure/", views.student_departure, name="student_departure"),
]
