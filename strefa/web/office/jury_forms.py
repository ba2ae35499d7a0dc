"""Forms of the panel: shape only, never policy."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.infra.i18n import _, _l
from strefa.outputs.names import BACKGROUNDS, ENGLISH_VOIVODESHIPS, voivodeship
from strefa.outputs.words import in_words
from strefa.rules.identifiers import checked
from strefa.rules.refusal import Blocker, Refused
from strefa.web.office.forms import flaws_of_address

LARGEST_SEED = 999_999_999


class InviteForm(FlaskForm):
    """Who is asked to judge, and what assignment has to know about her."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "off"})
    background = RadioField(
        _l("Skąd jest"), choices=[SelectChoice(*pair) for pair in BACKGROUNDS.items()], validate_choice=False
    )
    voivodeship = SelectField(
        _l("Województwo"), validate_choice=False, description=_l("Wniosków z własnego województwa nikt nie ocenia.")
    )
    affiliation = StringField(_l("Biblioteka albo organizacja"))
    commune = StringField(
        _l("Gmina, w której mieszka lub pracuje (kod TERYT)"), render_kw={"inputmode": "numeric", "data-kind": "short"},
        description=_l("7 cyfr. Nieobowiązkowe: dzięki temu podpowiemy, o które wnioski trzeba tę osobę zapytać."),
    )  # fmt: skip

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.voivodeship.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(name, voivodeship(name)) for name in ENGLISH_VOIVODESHIPS),
        ]

    def fits(self) -> bool:
        """Say whether enough is told; what is missing stands at the fields."""
        if not (self.name.data or "").strip():
            self.name.errors = [_("Podaj imię i nazwisko.")]
        self.email.errors = flaws_of_address(self.email.data)
        if self.background.data not in BACKGROUNDS:
            self.background.errors = [_("Zaznacz, skąd jest ta osoba: pary oceniających są mieszane.")]
        if self.voivodeship.data not in ENGLISH_VOIVODESHIPS:
            self.voivodeship.errors = [_("Wybierz województwo.")]
        self.commune.errors = self._flaws_of_commune()
        return not self.errors

    def _flaws_of_commune(self) -> list[str]:
        try:
            typed = (self.commune.data or "").strip()
            self.commune.data = checked("teryt", typed) if typed else ""
        except Refused as refused:
            return [in_words(blocker) for blocker in refused.blockers]
        return []

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the address why the invitation was refused."""
        self.email.errors = [*self.email.errors, *(in_words(blocker) for blocker in blockers)]


class SeedForm(FlaskForm):
    """The number that chance follows from: the same number, the same assignment."""

    seed = StringField(
        _l("Ziarno losowania"), render_kw={"inputmode": "numeric", "data-kind": "short"},
        description=_l("Ta sama liczba da ten sam przydział. Inna ułoży go inaczej, równie dobrze."),
    )  # fmt: skip

    anew = BooleanField(
        _l("Ułóż od nowa także to, czego nikt jeszcze nie zaczął"),
        description=_l("Bez tego zaznaczenia obecne przydziały zostają, a program uzupełnia tylko braki."),
    )

    @property
    def number(self) -> int:
        """The seed; 1 when what was typed is no number."""
        typed = (self.seed.data or "").strip()
        return min(int(typed), LARGEST_SEED) if typed.isascii() and typed.isdigit() else 1
