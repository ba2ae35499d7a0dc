"""The formal check."""
