"""Drafts, attachments, submissions (frozen), receipts."""
