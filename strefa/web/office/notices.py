"""The line at the top of every page: staff set it, such as during an outage, and take it down."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField

from strefa.contest.rounds import notice_actions, notice_queries
from strefa.contest.rounds.models import Notice
from strefa.infra.clock import now
from strefa.infra.i18n import _, _l
from strefa.rules.policy import May
from strefa.web import status_line
from strefa.web.guard import attempt, needs
from strefa.web.office.closing_forms import MOMENT, WORDS, Told, moments
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("notices", __name__, url_prefix="/komunikat")

LIMITS = {**WORDS, "data-least": notice_actions.LEAST, "data-limit": notice_actions.MOST}


class NoticeForm(Told):
    """What every page says, in both languages, and when."""

    text = TextAreaField(_l("Tekst po polsku"), render_kw=LIMITS)
    text_en = TextAreaField(_l("Tekst po angielsku"), render_kw=LIMITS)
    starts = StringField(_l("Od kiedy"), description=_l("Puste: od zaraz."), render_kw=MOMENT)
    ends = StringField(_l("Do kiedy"), description=_l("Puste: dopóki ktoś go nie zdejmie."), render_kw=MOMENT)


@pages.get("")
@needs(May.SET_NOTICE)
def show() -> ResponseReturnValue:
    return _page(NoticeForm(formdata=None))


def _page(form: NoticeForm) -> str:
    standing: list[Any] = [one.id for one in notice_queries.not_over(now())]
    return page("office/notices/show", form=form, notices=notice_queries.newest(), standing=standing)


@pages.post("")
@needs(May.SET_NOTICE)
@asks(NoticeForm)
def create() -> ResponseReturnValue:
    form = NoticeForm()
    with attempt(_("Komunikat jest na każdej stronie."), quiet=True) as outcome:
        starts, ends = moments(("starts", "ends"), starts=form.starts.data, ends=form.ends.data)
        notice_actions.set_notice(
            form.text.data or "", form.text_en.data or "", starts or now(), ends, actor=current_user, now=now()
        )
    status_line.forget(current_app)
    form.refused(outcome.blockers)
    return redirect(url_for(".show")) if outcome else (_page(form), 422)


@pages.post("/<public_id>/zdejmij")
@needs(May.SET_NOTICE, of=notice_queries.by_public_id)
def end(notice: Notice) -> ResponseReturnValue:
    with attempt(_("Komunikat jest zdjęty.")):
        notice_actions.end_notice(notice, actor=current_user, now=now())
    status_line.forget(current_app)
    return redirect(url_for(".show"))
