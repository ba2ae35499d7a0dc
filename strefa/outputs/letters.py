"""Letters: rendered in the recipient's language, sent by SMTP, or kept where staff can read them.

A template under `templates/letters/` begins with `Temat: …`, then an empty line, then the text.
"""

import smtplib
import ssl
from contextlib import nullcontext
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app, has_request_context, render_template

from strefa.infra import messages
from strefa.infra.database import reading_only, saving
from strefa.infra.i18n import force_locale
from strefa.infra.messages import Message, Sending
from strefa.outputs.writing import absolute

PATIENCE = 20  # seconds for one conversation with the mail server
HIDDEN = "…"


def rendered(message: Message) -> tuple[str, str]:
    """Return a letter's subject and text, in the recipient's language."""
    settings = current_app.config["SETTINGS"]
    inside = nullcontext() if has_request_context() else current_app.test_request_context(base_url=settings.base_url)
    with inside, force_locale(message.language):
        text = render_template(
            f"letters/{message.template}.txt",
            absolute=absolute,
            base_url=settings.base_url,
            contact_email=settings.contact_email,
            contact_phone=settings.contact_phone,
            moment_of=datetime.fromisoformat,
            **message.values,
        )
    head, _, body = text.strip().partition("\n\n")
    return head.partition(":")[2].strip(), body.strip() + "\n"


def as_mail(message: Message, subject: str, body: str) -> EmailMessage:
    """Return a letter as it goes over the wire; its Message-ID is the same at every attempt."""
    settings = current_app.config["SETTINGS"]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, message.to, subject
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["Date"] = format_datetime(message.created_at)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.language
    mail.set_content(body)
    return mail


def deliver(message_id: int, *, now: datetime) -> None:
    """Try to send one message; nothing is open in the database while the mail server talks."""
    with saving():
        message = messages.take(message_id, now=now)
        if message is None:
            return
    with reading_only():
        message = messages.reload(message_id)
        subject, body = rendered(message)
        mail = as_mail(message, subject, body)
    sending, error, permanent = _sent(mail)
    with saving():
        settled = messages.reload(message_id)
        settled.subject, settled.body = subject, body
        if sending is Sending.SENT:
            _forget_link(settled)
        messages.settle(settled, sending, now=now, error=error, permanent=permanent)


def _forget_link(message: Message) -> None:
    """Keep nothing of a link that opens a door once its letter is on its way."""
    token = message.values.get("token")
    if token and message.body:
        message.values = message.values | {"token": HIDDEN}
        message.body = message.body.replace(token, HIDDEN)


def _sent(mail: EmailMessage) -> tuple[Sending, str, bool]:
    url = current_app.config["SETTINGS"].smtp_url
    if not url:
        _write_down(mail)
        return Sending.KEPT, "", False
    try:
        _send(url, mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        return Sending.WAITING, f"{code} {words.decode(errors='replace')}", code >= 500
    except smtplib.SMTPResponseException as refusal:
        return Sending.WAITING, f"{refusal.smtp_code} {refusal.smtp_error!r}", refusal.smtp_code >= 550
    except (OSError, smtplib.SMTPException) as problem:
        return Sending.WAITING, f"{type(problem).__name__}: {problem}", False
    return Sending.SENT, "", False


def _send(url: str, mail: EmailMessage) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    host, port = parts.hostname or "localhost", parts.port or (465 if secure else 587 if parts.username else 25)
    server = (
        smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        if secure
        else smtplib.SMTP(host, port, timeout=PATIENCE)
    )
    with server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def _write_down(mail: EmailMessage) -> None:
    folder = Path(current_app.config["INSTANCE_DIR"]) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())
