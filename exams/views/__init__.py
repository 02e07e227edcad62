"""The planning pages: blueprints, exams, sittings, seat cards."""
