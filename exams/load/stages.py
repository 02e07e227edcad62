"""Where an invented student stands."""

OUTSIDE, ENTERING, WAITING, WORKING, HANDING, DONE = "outside", "entering", "waiting", "working", "handing", "done"
