"""Addresses of the sockets; served by the live process."""

from django.urls import path

from proctoring import consumers

urlpatterns = [path("live/rooms/<int:pk>/", consumers.RoomConsumer.as_asgi())]
