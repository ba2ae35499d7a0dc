"""Panel, impartiality, assignment, score cards."""
