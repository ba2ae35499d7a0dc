"""The second step: setting a code app up, and giving its code."""

import base64
import io
from hmac import compare_digest

import segno
from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pyotp.totp import TOTP
from werkzeug.datastructures import MultiDict

from strefa.contest.people import sign_in_actions
from strefa.infra import chance, security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.web.account.forms import CodeForm, SetUpForm
from strefa.web.account.signing_in import go_on
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.public.language import local_path
from strefa.web.resending import kept_now, unpacked
from strefa.web.session import current_user

pages = Blueprint("second_factor", __name__, url_prefix="/drugi-krok")

STEP = 30  # seconds of one code
CODES = 10
SET_UP_HOURS = 1


@pages.route("/ustawienie", methods=["GET", "POST"])
@needs(May.GIVE_SECOND_FACTOR)
def create() -> ResponseReturnValue:
    if current_user.totp_confirmed_at and not g.sign_in.second_factor_at:  # only whoever holds the old one sets a new
        return redirect(url_for(".confirm", next=request.args.get("next")))
    form = SetUpForm(next=request.args.get("next", ""))
    secret = security.unsigned("second_factor", form.secret.data or "", hours=SET_UP_HOURS)
    if not form.is_submitted() or secret is None:
        return _set_up_page(form)
    step = matching_step(secret, form.code.data or "")
    if step is None:
        form.code.errors = [_("Kod się nie zgadza. Sprawdź, czy telefon pokazuje dobrą godzinę, i wpisz nowy kod.")]
        return _set_up_page(form, secret), 422
    return _codes_page(form, secret, step)


def _set_up_page(form: SetUpForm, secret: str | None = None) -> str:
    known = secret or base64.b32encode(bytes.fromhex(chance.hexadecimal(20))).decode()
    form.secret.data = security.signed("second_factor", known)
    form.code.data = ""
    address = TOTP(known).provisioning_uri(name=current_user.email, issuer_name="Strefa")
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="svg", scale=5, light="white", xmldecl=False, svgns=True)
    data = base64.b64encode(picture.getvalue()).decode()
    return page(
        "account/second_factor/create",
        form=form,
        secret=" ".join(known[at : at + 4] for at in range(0, len(known), 4)),
        picture=f"data:image/svg+xml;base64,{data}",
        shown_code=_shown(known),
    )


def _codes_page(form: SetUpForm, secret: str, step: int) -> str:
    """Set the second step up and show the recovery codes, this once; what was kept is sent on from here."""
    codes = [f"{chance.hexadecimal(3)}-{chance.hexadecimal(3)}" for _number in range(CODES)]
    hidden = [_bare(code) for code in codes]
    with attempt("", f"person:{current_user.id}"):
        sign_in_actions.set_up_second_factor(secret, hidden, g.sign_in, step, actor=current_user, now=now())
    action, fields = unpacked(form.kept.data) or ("", [])
    following = local_path(form.next.data or url_for("account.overview.start"))
    return page("account/second_factor/codes", codes=codes, next=following, action=action, fields=fields)


@pages.route("", methods=["GET", "POST"])
@needs(May.GIVE_SECOND_FACTOR)
def confirm() -> ResponseReturnValue:
    if current_user.totp_confirmed_at is None:
        return redirect(url_for(".create", next=request.args.get("next")))
    form = CodeForm(next=request.args.get("next", ""))
    if form.is_submitted() and _given(form):
        return go_on(form.kept.data, form.next.data)
    return _code_page(form), 422 if form.is_submitted() else 200


def _code_page(form: CodeForm) -> str:
    return page("account/second_factor/confirm", form=form, shown_code=_shown(current_user.totp_secret))


def ask_and_keep() -> ResponseReturnValue:
    """Ask for the second step, or to set it up, and keep what a POST had typed, signed, in the page itself."""
    following = request.form.get("next", "")
    if current_user.totp_confirmed_at is None:
        return _set_up_page(SetUpForm(MultiDict(), kept=kept_now(), next=following)), 401
    return _code_page(CodeForm(MultiDict(), kept=kept_now(), next=following)), 401


def _given(form: CodeForm) -> bool:
    code, who = _bare(form.code.data or ""), f"person:{current_user.id}"
    with attempt() as counted:
        sign_in_actions.count_attempt("code", current_user.public_id, request.remote_addr, now=now())
    if not counted:
        return False
    step = matching_step(current_user.totp_secret or "", code)
    with attempt("", who, quiet=True) as outcome:
        if step is not None:
            sign_in_actions.give_second_factor(g.sign_in, step, actor=current_user, now=now())
        else:
            sign_in_actions.use_recovery_code(code, g.sign_in, actor=current_user, now=now())
    form.code.errors = [in_words(blocker) for blocker in outcome.blockers]
    return bool(outcome)


def _bare(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is: the present one, or a neighbour for a slow thumb."""
    moment, typed = int(now().timestamp()) // STEP, _bare(code).encode()
    totp = TOTP(secret)
    near = (moment, moment - 1, moment + 1)
    fitting = [step for step in near if secret and compare_digest(totp.at(step * STEP).encode(), typed)]
    return fitting[0] if fitting else None


def _shown(secret: str | None) -> str:
    """Return the present code on a demo instance, where everybody may be anybody; else nothing."""
    return TOTP(secret).at(now()) if secret and current_app.config["DEMO"] else ""
