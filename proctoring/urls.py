"""Addresses of this app."""

from django.urls import URLPattern, path

from proctoring.views import classes, delays, late, outages, papers, reconciliations, rescues, rooms, seats

urlpatterns: list[URLPattern] = [
    path("rooms/", rooms.room_list, name="rooms"),
    path("rooms/<int:pk>/", rooms.room, name="room"),
    path("rooms/<int:pk>/snapshot/", rooms.snapshot, name="room_snapshot"),
    path("rooms/<int:pk>/go/", rooms.go, name="room_go"),
    path("rooms/<int:pk>/release/", rooms.release, name="room_release"),
    path("rooms/<int:pk>/pause/", rooms.pause, name="room_pause"),
    path("rooms/<int:pk>/resumption/", rooms.resumption, name="room_resumption"),
    path("rooms/<int:pk>/delay/", delays.room_delay, name="room_delay"),
    path("rooms/<int:pk>/extension/", rooms.extension, name="room_extension"),
    path("rooms/<int:pk>/ending/", rooms.ending, name="room_ending"),
    path("rooms/<int:pk>/walk-ins/", rooms.walk_ins, name="room_walk_ins"),
    path("rooms/<int:pk>/late/", late.room_late, name="room_late"),
    path("rooms/<int:pk>/rescue/", rescues.room_rescue, name="room_rescue"),
    path("rooms/<int:pk>/papers/", papers.papers, name="room_papers"),
    path("attempts/<int:pk>/", seats.seat, name="seat"),
    path("attempts/<int:pk>/release/", seats.release, name="seat_release"),
    path("attempts/<int:pk>/extension/", seats.extension, name="seat_extension"),
    path("attempts/<int:pk>/pause/", seats.pause, name="seat_pause"),
    path("attempts/<int:pk>/resumption/", seats.resumption, name="seat_resumption"),
    path("attempts/<int:pk>/ending/", seats.ending, name="seat_ending"),
    path("attempts/<int:pk>/voiding/", seats.voiding, name="seat_voiding"),
    path("attempts/<int:pk>/reopening/", seats.reopening, name="seat_reopening"),
    path("attempts/<int:pk>/card/replacement/", seats.card_replacement, name="seat_card"),
    path("attempts/<int:pk>/late/", late.seat_late, name="seat_late"),
    path("sittings/<int:pk>/late/", late.sitting_late, name="sitting_late"),
    path("sittings/<int:pk>/reconciliation/", reconciliations.sitting_reconciliation, name="sitting_reconciliation"),
    path("sittings/<int:pk>/rescue/", rescues.sitting_rescue, name="sitting_rescue"),
    path("attempts/<int:pk>/transcription/", papers.transcription, name="seat_transcription"),
    path("sittings/<int:pk>/delay/", delays.sitting_delay, name="sitting_delay"),
    path("sittings/<int:pk>/accommodations/", delays.sitting_accommodations, name="sitting_accommodations"),
    path("sittings/<int:pk>/outages/", outages.sitting_outages, name="sitting_outages"),
    path("compensations/<int:pk>/", outages.compensation, name="compensation"),
    path("compensations/<int:pk>/approval/", outages.compensation_approval, name="compensation_approval"),
    path("compensations/<int:pk>/completion/", outages.compensation_completion, name="compensation_completion"),
    path("compensations/<int:pk>/rejection/", outages.compensation_rejection, name="compensation_rejection"),
    path("classes/<int:pk>/", classes.class_page, name="class"),
]
