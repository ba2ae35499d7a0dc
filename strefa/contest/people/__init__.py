"""Accounts, organisations, roles, invitations."""
