"""The forms by which staff log an outage and move the close of a call: shape only, never policy."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import flash
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.contest.applications import extension_queries, queries
from strefa.contest.applications.extension_actions import LEAST_REASON, MOST_REASON, Later
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Organisation
from strefa.contest.rounds.models import Outage, Round
from strefa.contest.rounds.outage_actions import LEAST_WORDS, MOST_WORDS, Down
from strefa.infra import i18n
from strefa.infra.i18n import _, _l, language
from strefa.outputs.words import in_words
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.timetable import parse_local

MOMENT = {"data-kind": "middle", "placeholder": "2027-02-12 15:00", "autocomplete": "off"}
WORDS = {"data-kind": "low", "rows": 2}
NEW = "new"  # the choice of an application that is yet to be begun


class Told(FlaskForm):
    """A form that says by its fields, or above itself, why it was refused."""

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say at each field what is wrong with it, above the form what has nothing to do with one."""
        for blocker in blockers:
            field: Any = self._fields.get(blocker.at)
            if field is None:
                flash(in_words(blocker), "refused")
            else:
                field.errors = [*field.errors, in_words(blocker)]


class OutageForm(Told):
    """What was down and when; an outage that is logged already may be told anew."""

    key = SelectField(
        _l("Która awaria"), validate_choice=False,
        description=_l("Do awarii już zapisanej wpisz tylko to, co się zmienia, na przykład koniec."),
    )  # fmt: skip
    starts = StringField(_l("Od kiedy"), description=_l("Czas polski, na przykład 2027-02-11 14:20."), render_kw=MOMENT)
    ends = StringField(
        _l("Do kiedy"), description=_l("Puste, jeśli jeszcze trwa: dopiszesz później."), render_kw=MOMENT
    )
    what = TextAreaField(
        _l("Co nie działało i dlaczego, po polsku"), description=_l("Przeczyta to każdy na stronie edycji."),
        render_kw={**WORDS, "data-least": LEAST_WORDS, "data-limit": MOST_WORDS},
    )  # fmt: skip
    what_en = TextAreaField(
        _l("Co nie działało i dlaczego, po angielsku"),
        render_kw={**WORDS, "data-least": LEAST_WORDS, "data-limit": MOST_WORDS},
    )

    def __init__(self, logged: Sequence[Outage], **given: Any) -> None:
        super().__init__(**given)
        self.key.choices = [SelectChoice("", _("nowa awaria")), *choices_of(logged)]
        self._logged = logged

    @property
    def down(self) -> Down:
        """What the form says; of an outage that is logged, what is left empty beside the end stays as it was told last.

        Raises:
            Refused: a moment is none.
        """
        told = next((row for row in self._logged if row.key == self.key.data), None)
        kept = ("starts", "ends") if told else ("ends",)
        starts, ends = moments(kept, starts=self.starts.data, ends=self.ends.data)
        starts = starts or (told.starts_at if told else None)
        assert starts is not None  # of a new outage only the end may be empty
        what, what_en = (self.what.data or "").strip(), (self.what_en.data or "").strip()
        return Down(
            starts, ends, what or (told.what if told else ""), what_en or (told.what_en if told else ""),
            self.key.data or "",
        )  # fmt: skip


def moments(may_be_empty: Collection[str] = (), **typed: str | None) -> list[datetime | None]:
    """Read moments as they were typed, all of them before any is refused.

    Raises:
        Refused: one is no moment, or empty where it may not be.
    """
    found: list[datetime | None] = []
    wrong: list[Blocker] = []
    for at, text in typed.items():
        try:
            found.append(None if at in may_be_empty and not (text or "").strip() else parse_local(text or "", at))
        except Refused as refused:
            wrong += refused.blockers
    if wrong:
        raise Refused(*wrong)
    return found


def choices_of(logged: Sequence[Outage]) -> list[Any]:
    """Return each logged outage once, as its newest version tells it, to choose from."""
    newest = {outage.key: outage for outage in reversed(logged)}
    return [
        SelectChoice(
            key, f"{i18n.moment(one.starts_at, weekday=False)} – {one.what if language() == 'pl' else one.what_en}"
        )
        for key, one in reversed(newest.items())
    ]


class TakeBackForm(Told):
    """Why a consent to come late is taken back."""

    reason = TextAreaField(
        _l("Powód cofnięcia"), description=_l("Trafi do listów."),
        render_kw={**WORDS, "data-least": LEAST_REASON, "data-limit": MOST_REASON},
    )  # fmt: skip


class ExtensionForm(Told):
    """Until when the call is open, for whom and why."""

    whom = RadioField(_l("Komu"), validate_choice=False, default="all")
    applicant = StringField(
        _l("Kogo dotyczy wyjątek"),
        description=_l("Numer wniosku, NIP albo słowa z nazwy organizacji. Puste, gdy przedłużasz wszystkim."),
        render_kw={"autocomplete": "off"},
    )
    until = StringField(
        _l("Nowy koniec"),
        description=_l("Czas polski, na przykład 2027-02-12 15:00: wtedy ostatni wniosek może przyjść o 14:59:59."),
        render_kw=MOMENT,
    )  # fmt: skip
    reason = TextAreaField(
        _l("Powód, po polsku"), description=_l("Trafi do listów, a gdy przedłużasz wszystkim, także na stronę edycji."),
        render_kw={**WORDS, "data-least": LEAST_REASON, "data-limit": MOST_REASON},
    )  # fmt: skip
    reason_en = TextAreaField(
        _l("Powód, po angielsku"), description=_l("Potrzebny, gdy przedłużasz wszystkim."),
        render_kw={**WORDS, "data-limit": MOST_REASON},
    )  # fmt: skip
    outage = SelectField(_l("Z powodu awarii"), validate_choice=False)
    application = HiddenField()

    def __init__(self, logged: Sequence[Outage], **given: Any) -> None:
        super().__init__(**given)
        self.whom.choices = [
            SelectChoice("all", _("wszystkim w tej edycji")), SelectChoice("one", _("jednej organizacji, wyjątkowo")),
        ]  # fmt: skip
        self.outage.choices = [SelectChoice("", _("nie z powodu awarii")), *choices_of(logged)]
        self._logged = logged

    def later(self, round_: Round) -> Later:
        """Return what the form says; of an exception, which application is chosen apart.

        Raises:
            Refused: the moment is none, or the applicant is not found.
        """
        wrong, owner, one = [], None, None
        try:
            (until,) = moments(until=self.until.data)
        except Refused as refused:
            wrong, until = list(refused.blockers), None
        if self.whom.data != "all":
            try:
                owner, one = _applicant(round_, self.applicant.data or "")
            except Refused as refused:
                wrong += refused.blockers
        if wrong or until is None:
            raise Refused(*wrong)
        outage = next((row for row in self._logged if row.key == self.outage.data), None)
        return Later(until, self.reason.data or "", self.reason_en.data or "", outage, owner, one)


def _applicant(round_: Round, typed: str) -> tuple[Organisation, Application | None]:
    """Find whom an exception is for: by the number of an application, a tax number, or words of a name.

    Raises:
        Refused: nobody or several fit.
    """
    number = typed.strip().upper()
    sent = queries.by_number(number) if number.startswith(round_.number_prefix) else None
    if sent is not None and sent.round_id == round_.id:
        return sent.organisation, sent
    found = extension_queries.organisations_called(typed) if typed.strip() else []
    if len(found) == 1:
        return found[0], None
    if not found:
        raise Refused(Blocker(Reason.APPLICANT_NOT_FOUND, "applicant"))
    names = ", ".join(one.name for one in found[: extension_queries.FOUND_AT_ONCE])
    raise Refused(Blocker(Reason.APPLICANT_UNCLEAR, "applicant", {"names": names}))
