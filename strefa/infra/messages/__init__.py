"""The outbox: messages are rows written in the transaction that causes them, sent after it."""

from strefa.infra.messages.models import KEYS, Message, Sending
from strefa.infra.messages.outbox import LEASE, due, queue, reload, settle, take

__all__ = ["KEYS", "LEASE", "Message", "Sending", "due", "queue", "reload", "settle", "take"]
