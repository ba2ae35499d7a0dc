"""Frozen ranking, allocation, decisions, publication."""
