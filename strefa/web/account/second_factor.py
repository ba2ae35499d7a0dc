"""The second step: setting a code app up, and giving its code."""

import base64
import io
from hmac import compare_digest

import segno
from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pyotp.totp import TOTP

from strefa.contest.people import actions, queries
from strefa.infra import chance, security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.account.forms import CodeForm, SetUpForm
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.public.language import local_path
from strefa.web.session import current_user

pages = Blueprint("second_factor", __name__, url_prefix="/drugi-krok")

STEP = 30  # seconds of one code
CODES = 10
SET_UP_HOURS = 1


@pages.route("/ustawienie", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
def create() -> ResponseReturnValue:
    fresh = base64.b32encode(bytes.fromhex(chance.hexadecimal(20))).decode()
    form = SetUpForm(secret=security.signed("second_factor", fresh), next=request.args.get("next", ""))
    secret = security.unsigned("second_factor", form.secret.data or "", hours=SET_UP_HOURS) or fresh
    if not form.is_submitted():
        return _set_up_page(form, secret)
    step = matching_step(secret, form.code.data or "")
    if step is None:
        form.code.errors = [_("Kod się nie zgadza. Sprawdź, czy telefon pokazuje dobrą godzinę, i wpisz nowy kod.")]
        return _set_up_page(form, secret), 422
    codes = [chance.hexadecimal(5) for _number in range(CODES)]
    with attempt():
        actions.set_up_second_factor(secret, codes, g.sign_in, step, actor=current_user, now=now())
    return page(
        "account/second_factor/codes", codes=codes, next=local_path(form.next.data or url_for("account.overview.start"))
    )


def _set_up_page(form: SetUpForm, secret: str) -> str:
    address = TOTP(secret).provisioning_uri(name=current_user.email, issuer_name="Strefa")
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="svg", scale=5, xmldecl=False, svgns=True)
    data = base64.b64encode(picture.getvalue()).decode()
    return page(form=form, secret=secret, picture=f"data:image/svg+xml;base64,{data}", shown_code=_shown(secret))


@pages.route("", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
def confirm() -> ResponseReturnValue:
    form = CodeForm(next=request.args.get("next", ""))
    if form.is_submitted() and _given(form):
        return redirect(local_path(form.next.data or url_for("account.overview.start")))
    shown = _shown(current_user.totp_secret)
    return page(form=form, shown_code=shown), 422 if form.is_submitted() else 200


def _given(form: CodeForm) -> bool:
    code = (form.code.data or "").replace(" ", "")
    with attempt() as counted:
        actions.count_attempt(f"code:{current_user.public_id}", now=now())
    if not counted:
        return False
    step = matching_step(current_user.totp_secret or "", code)
    recovery = None if step else queries.recovery_code(current_user.id, security.token_hash(code.lower()))
    if step is None and recovery is None:
        form.code.errors = [_("Kod się nie zgadza. Wpisz aktualny kod z aplikacji albo jeden z kodów zapasowych.")]
        return False
    with attempt() as outcome:
        if step is not None:
            actions.give_second_factor(g.sign_in, step, actor=current_user, now=now())
        elif recovery is not None:
            actions.use_recovery_code(recovery, g.sign_in, actor=current_user, now=now())
    return bool(outcome)


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is: the present one, or a neighbour for a slow thumb."""
    moment = int(now().timestamp()) // STEP
    totp = TOTP(secret)
    fitting = [
        step for step in (moment, moment - 1, moment + 1) if secret and compare_digest(totp.at(step * STEP), code)
    ]
    return fitting[0] if fitting else None


def _shown(secret: str | None) -> str:
    """Return the present code on a demo instance, where everybody may be anybody; else nothing."""
    return TOTP(secret).at(now()) if secret and current_app.config["DEMO"] else ""
