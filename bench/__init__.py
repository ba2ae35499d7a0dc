"""Measurements: `make bench` prints `name: value` lines; no timing ever fails a test."""
