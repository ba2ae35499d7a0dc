"""The outbox: messages are rows written in the transaction that causes them, sent after it."""

from strefa.infra.messages.models import KEYS, Message, Sending
from strefa.infra.messages.outbox import LEASE, due, file_of, queue, reload, settle, take, unlink_after_commit

__all__ = ["KEYS", "LEASE", "Message", "Sending", "due", "file_of", "queue", "reload", "settle", "take",
           "unlink_after_commit"]  # fmt: skip
