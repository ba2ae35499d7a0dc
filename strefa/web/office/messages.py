"""Messages in the office: what was written to whom, what could not be sent, one message to read."""

import re

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.infra.messages import Message, Sending, actions
from strefa.infra.messages.reading import by_key, listed
from strefa.outputs import letters
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("messages", __name__, url_prefix="/wiadomosci")


@pages.get("")
@needs(May.SEE_MESSAGES)
def index() -> ResponseReturnValue:
    chosen = request.args.get("stan", "")
    sending = Sending(chosen) if chosen in set(Sending) else None
    found = listed(current_user, sending, request.args.get("page", 1, int))
    return page(listed=found, sending=sending, states=list(Sending), server=_has_server())


@pages.get("/<key>")
@needs(May.READ_MESSAGE, of=by_key)
def show(message: Message) -> ResponseReturnValue:
    subject, body = _said(message)
    return page(
        message=message,
        subject=subject,
        body=_linked(body),
        closed=_is_closed(message),
        gone=message.sending is Sending.SENT,
        may_send=may(current_user, May.SEND_MESSAGE_AGAIN, message),
        blockers=actions.blockers_to_send_now(message, server=_has_server(), now=now()),
    )


@pages.get("/<key>/list.eml")
@needs(May.READ_MESSAGE, of=by_key)
def mail(message: Message) -> ResponseReturnValue:
    if _is_closed(message):
        abort(404)
    content = letters.as_mail(message, *_said(message)).as_bytes()
    headers = {"Content-Disposition": f"attachment; filename={message.key}.eml"}
    return Response(content, mimetype="message/rfc822", headers=headers)


@pages.post("/<key>/wyslij")
@needs(May.SEND_MESSAGE_AGAIN, of=by_key)
def send(message: Message) -> ResponseReturnValue:
    with attempt(_("Wiadomość czeka na wysłanie.")):
        actions.send_now(message, server=_has_server(), actor=current_user, now=now())
    return redirect(url_for(".show", key=message.key))


def _has_server() -> bool:
    """Say whether there is a mail server to send by."""
    return bool(current_app.config["SETTINGS"].smtp_url)


def _is_closed(message: Message) -> bool:
    """Letters whose link lets their reader in are for administrators alone to hand over."""
    return message.opens_doors and not may(current_user, May.MANAGE_PEOPLE)


def _said(message: Message) -> tuple[str, str]:
    """Return subject and text: as sent, or as it would be said now."""
    if message.body is None:
        return letters.rendered(message)
    return message.subject or "", message.body


def _linked(body: str) -> list[tuple[str, bool]]:
    """Cut a letter into pieces, each with whether it is an address to follow."""
    return [(piece, piece.startswith("http")) for piece in re.split(r"(https?://\S+)", body)]
