"""The journal: who did what and when, append-only and hash-chained.

Each entry's hash covers the one before it and `SHA-256(salt ‖ details)`: erasing a person deletes
salt and details, keeps the hash, and the chain stays valid.
"""

from strefa.infra.journal.chain import end, record, verify_chain
from strefa.infra.journal.models import Entry

__all__ = ["Entry", "end", "record", "verify_chain"]
