"""A round: timetable, pool, versions of form, rubric and rule set."""
