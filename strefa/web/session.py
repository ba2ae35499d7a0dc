"""Who is looking: the cookie carries a random token, the sign-in itself is a row that can be ended."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import flask_login
from flask import Flask, current_app, flash, g, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from strefa.contest.people import queries, sign_in_actions
from strefa.contest.people.models import Person, SignIn
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import LANGUAGE_COOKIE, _
from strefa.rules.policy import SECOND_FACTOR_ROLES, May

current_user: Person = cast("Person", flask_login.current_user)
"""Whoever is looking; before a guard has judged, `is_authenticated` may be False."""

DEVICE, SET_UP, CONFIRM = "account.device.confirm", "account.second_factor.create", "account.second_factor.confirm"
STEPS = {DEVICE: May.GIVE_LETTER_CODE, SET_UP: May.GIVE_SECOND_FACTOR, CONFIRM: May.GIVE_SECOND_FACTOR}
"""What beside the password can be owed, by the page that asks for it, and the permission of those pages."""

AUTOSAVE = "X-Strefa-Autosave"
UPLOAD = "X-Strefa-Upload"
USED = "used"  # the moment of the last use, in the signed cookie
SHARED_IDLE = timedelta(hours=1)  # on a computer that others use, too
OFTEN = timedelta(minutes=5)  # last use is noted no more often than this


def revision_seen() -> int:
    """Return the revision that the posted form began from; 0, which nobody overwrites anything with, when it says none."""
    seen = request.form.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def init_app(app: Flask) -> None:
    """Ask flask-login for `current_user` only; sign-ins are our own rows."""
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue]
    manager.user_loader(_person)
    manager.unauthorized_handler(_ask_to_sign_in)


def _person(token: str) -> Person | None:
    sign_in = queries.open_sign_in(security.token_hash(token))
    if sign_in is None or _over(sign_in, now()):
        return None
    g.sign_in, g.noted, g.person_id = sign_in, sign_in.used_at, sign_in.person_id
    if now() - _last_use(sign_in) >= OFTEN:
        cookie[USED] = now().timestamp()
    if LANGUAGE_COOKIE not in request.cookies or not owed(sign_in.person, sign_in):
        g.language = sign_in.person.language
    return sign_in.person


def _last_use(sign_in: SignIn) -> datetime:
    """Return when a sign-in was last used: its row knows of POSTs, the cookie of every page."""
    return max(sign_in.used_at, datetime.fromtimestamp(cookie.get(USED, 0), UTC))


def _over(sign_in: SignIn, moment: datetime) -> bool:
    """Say whether a sign-in is too old or was idle too long; a demo's clock leaps over weeks, so there it never is."""
    settings = current_app.config["SETTINGS"]
    idle = SHARED_IDLE if sign_in.shared_at else timedelta(hours=settings.session_idle_hours)
    return not settings.demo and (sign_in.expires_at <= moment or _last_use(sign_in) + idle <= moment)


def open_sign_ins(person: Person) -> Sequence[SignIn]:
    """List a person's sign-ins that are not over, the newest first."""
    ageless = current_app.config["SETTINGS"].demo  # as in _over
    return queries.open_sign_ins(person.id, None if ageless else now())


def note_use() -> None:
    """Bring the row's last use up to date, inside a transaction that saves something anyway: no GET writes."""
    if "sign_in" in g and now() - g.noted >= OFTEN:
        g.noted = now()
        sign_in_actions.note_use(g.sign_in, actor=current_user, now=now())


def is_claimed() -> bool:
    """Say whether the cookie names a sign-in; nothing is loaded, so whether that one is open is not known."""
    return "_user_id" in cookie


def renew() -> None:
    """Load whoever is looking anew, in place: a new transaction does not know what the last one loaded."""
    if "sign_in" in g:
        queries.by_id(g.person_id)


def open_door(token: str) -> None:
    """Put a sign-in's token into a fresh cookie; nothing of an earlier one stays."""
    shut_door()
    cookie["_user_id"], cookie["_fresh"] = token, True
    cookie.permanent = True


def end_with_the_browser() -> None:
    """Let the cookie go when the browser is closed: others use this computer, too."""
    cookie.permanent = False


def shut_door() -> None:
    """Forget the token, whoever it belonged to, and the forms made for it; its row has been ended by then."""
    cookie.clear()
    for known in ("_login_user", "csrf_token", "sign_in"):
        g.pop(known, None)


def second_step() -> str:
    """Return where whoever is looking gives what she still owes beside her password; "" when she owes nothing.

    That is a code from a letter on a device that is not known to be hers, as long as she has no code app, and the
    code of her app, or setting it up, where her roles ask for one.
    """
    assert current_user.is_authenticated  # asked first: it loads her sign-in, too
    return owed(current_user, g.sign_in)


def owed(person: Person, sign_in: SignIn) -> str:
    """Return where a person's sign-in, this one or another, is given what it still lacks; "" when it opens doors."""
    if person.totp_confirmed_at is None and sign_in.device_known_at is None:
        return DEVICE
    asked = person.totp_confirmed_at or not person.roles_anywhere.isdisjoint(SECOND_FACTOR_ROLES)
    if not asked or sign_in.second_factor_at:
        return ""
    return SET_UP if person.totp_confirmed_at is None else CONFIRM


def second_step_due() -> ResponseReturnValue | None:
    """Send somebody who owes the second step there first; what a POST had typed is kept."""
    step = second_step()
    if not step:
        return None
    if told := _told_to_script(url_for(step)):
        return told
    if request.method == "GET":
        return redirect(url_for(step, next=request.full_path.rstrip("?")))
    from strefa.web.account import device, second_factor  # the pages of the steps themselves need this module

    return device.ask_and_keep() if step == DEVICE else second_factor.ask_and_keep()


def _told_to_script(door: str) -> ResponseReturnValue | None:
    """Answer a script that saves or uploads for somebody who has to go through a door first; None for all else."""
    if request.headers.get(AUTOSAVE):
        return jsonify(sign_in=door, here=url_for("account.signing_in.here")), 401
    if request.headers.get(UPLOAD):
        return jsonify(text=_("Sesja wygasła. Zaloguj się w nowej karcie, a plik wyśle się dalej sam.")), 401
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """Ask an anonymous visitor to sign in; what a POST had typed is kept and sent again after it."""
    if told := _told_to_script(url_for("account.signing_in.create")):
        return told
    if request.method == "GET":
        flash(_("Zaloguj się, aby zobaczyć tę stronę."), "note")
        return redirect(url_for("account.signing_in.create", next=request.full_path.rstrip("?")))
    from strefa.web.account.signing_in import ask_and_keep  # the sign-in page itself needs this module

    return ask_and_keep()
