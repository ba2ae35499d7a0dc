"""Letters: rendered in the recipient's language, sent by SMTP, or kept where staff can read them.

A template under `templates/letters/` begins with `Temat: …`, then an empty line, then the text; `closing.txt`
ends each of them.
"""

import logging
import smtplib
import ssl
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, has_request_context, render_template

from strefa.contest.people.models import Person
from strefa.contest.rounds import queries as rounds
from strefa.infra import messages, private
from strefa.infra.database import reading_only, saving
from strefa.infra.i18n import force_locale
from strefa.infra.messages import KEYS, Message, Sending
from strefa.outputs.writing import absolute
from strefa.rules.policy import OrganisationRole

log = logging.getLogger("strefa.letters")

PATIENCE = 20  # seconds for each answer of the mail server
LAST_PATIENCE = 240  # for the one after the text: giving up there would send a letter twice; under the lease
HIDDEN = "…"


@dataclass(frozen=True)
class Attempt:
    """What became of one try: `permanent` when no other can help, `server_answers` when others may fare better."""

    sending: Sending
    error: str = ""
    permanent: bool = False
    server_answers: bool = True


def rendered(message: Message) -> tuple[str, str]:
    """Return a letter's subject and text, in the recipient's language."""
    settings = current_app.config["SETTINGS"]
    inside = nullcontext() if has_request_context() else current_app.test_request_context(base_url=settings.base_url)
    with inside, force_locale(message.language):
        text = render_template(
            f"letters/{message.template}.txt",
            absolute=absolute,
            base_url=settings.base_url,
            moment_of=datetime.fromisoformat,
            role_of=OrganisationRole,
            **message.values,
        )
        closing = render_template(
            "letters/closing.txt",
            contest=_contest_of(message),
            contact_email=settings.contact_email,
            contact_phone=settings.contact_phone,
        )
    head, _, body = text.strip().partition("\n\n")
    return head.partition(":")[2].strip(), f"{body.strip()}\n\n{closing.strip()}\n"


def erasure_told(person: Person, *, kept: bool) -> tuple[str, str]:
    """Return the subject and text of what a person is to be told when her data are gone, in her language.

    It is no letter of the outbox: that would keep the address that has just been forgotten.

    Args:
        kept: whether something of hers stays as it was.
    """
    return rendered(Message(template="erasure_done", language=person.language, values={"kept": kept}))


def _contest_of(message: Message) -> str:
    """Return the name of the round that a letter is about; nothing when it is about none, such as a new password."""
    round_ = rounds.by_id(message.round_id) if message.round_id else None
    return (round_.name if message.language == "pl" else round_.name_en) if round_ else ""


class _WholeSubjects(EmailPolicy):
    """Subjects go encoded from end to end: one encoded in pieces loses or doubles the spaces between them."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() != "subject" or value.isascii():
            return super().fold(name, value)
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


WHOLE_SUBJECTS = _WholeSubjects()


def as_mail(message: Message, subject: str, body: str) -> EmailMessage:
    """Return a letter as it goes over the wire; its Message-ID is the same at every attempt."""
    settings = current_app.config["SETTINGS"]
    mail = EmailMessage(policy=WHOLE_SUBJECTS)
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, message.to, subject
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["Date"] = format_datetime(message.created_at)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)  # clears every header of the content, so the one below comes after
    mail["Content-Language"] = message.language
    return mail


def deliver(message_id: int, *, now: datetime) -> bool:
    """Try to send one message; nothing is open in the database while the mail server talks.

    Returns:
        whether it makes sense to try others now: False when the mail server does not answer.
    """
    with saving():
        message = messages.take(message_id, now=now)
        if message is None:
            return True
    said, outcome = ("", ""), Attempt(Sending.WAITING)
    try:
        with reading_only():
            message = messages.reload(message_id)
            if message is None:
                return True
            said = rendered(message)
            mail = as_mail(message, *said)
        outcome = _sent(mail)
    except Exception as problem:  # one letter that cannot be written must not stop the others
        log.exception("message %s could not be written", message_id)
        outcome = Attempt(Sending.WAITING, f"{type(problem).__name__}: {problem}")
    with saving():
        settled = messages.reload(message_id)
        if settled is None:
            return outcome.server_answers
        settled.subject, settled.body = said[0] or None, said[1] or None
        if outcome.sending is Sending.SENT:
            _forget_keys(settled)
        messages.settle(settled, outcome.sending, now=now, error=outcome.error, permanent=outcome.permanent)
        written_down = messages.file_of(settled.message_id)
    if outcome.sending is Sending.SENT:
        with suppress(OSError):  # it may have been kept for want of a mail server; that it is gone is settled already
            written_down.unlink(missing_ok=True)
    return outcome.server_answers


def _forget_keys(message: Message) -> None:
    """Keep nothing of a link or a code that opens a door once its letter is on its way."""
    for key in KEYS & message.values.keys():
        opener = message.values[key]
        message.values = message.values | {key: HIDDEN}
        message.body = (message.body or "").replace(opener, HIDDEN)


def _sent(mail: EmailMessage) -> Attempt:
    """Send a letter, or write it down when there is no mail server.

    Only what the server says of this recipient or this text is final; what it says of us or of
    itself may be mended within hours.
    """
    url = current_app.config["SETTINGS"].smtp_url
    if not url:
        _write_down(mail)
        return Attempt(Sending.KEPT)
    try:
        _send(url, mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        return Attempt(Sending.WAITING, f"{code} {words.decode(errors='replace')}", permanent=code >= 500)
    except smtplib.SMTPDataError as refusal:
        return Attempt(Sending.WAITING, _told(refusal), permanent=refusal.smtp_code >= 500)
    except smtplib.SMTPResponseException as refusal:
        return Attempt(Sending.WAITING, _told(refusal), server_answers=False)
    except (OSError, smtplib.SMTPException) as problem:
        return Attempt(Sending.WAITING, f"{type(problem).__name__}: {problem}", server_answers=False)
    return Attempt(Sending.SENT)


def _told(refusal: smtplib.SMTPResponseException) -> str:
    words = refusal.smtp_error
    return f"{refusal.smtp_code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def _send(url: str, mail: EmailMessage) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    host, port = parts.hostname or "localhost", parts.port or (465 if secure else 587 if parts.username else 25)
    server = (
        _SecureServer(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        if secure
        else _Server(host, port, timeout=PATIENCE)
    )
    try:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
        with suppress(OSError, smtplib.SMTPException):  # the letter is taken, whatever the server says to a goodbye
            server.quit()
    finally:
        server.close()


class _Server(smtplib.SMTP):
    """A mail server that is given time to look a letter through before it takes it."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        if self.sock:
            self.sock.settimeout(LAST_PATIENCE)
        return super().data(msg)


class _SecureServer(_Server, smtplib.SMTP_SSL):
    """The same behind TLS."""


def _write_down(mail: EmailMessage) -> None:
    path = messages.file_of(str(mail["Message-ID"]).strip("<>"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb", opener=private.opener) as file:  # a link in it may open a door
        file.write(mail.as_bytes())
