"""The form by which a round publishes a document: shape only, never policy."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.contest.rounds.models import RoundDocument
from strefa.infra.i18n import _, _l, language
from strefa.outputs.words import in_words
from strefa.rules.refusal import Blocker


class DocumentForm(FlaskForm):
    """A new document, or a new version of one that is published already."""

    key = SelectField(
        _l("Co publikujesz"), validate_choice=False, description=_l("Wcześniejsze wersje zostają na stronie edycji.")
    )
    title = StringField(
        _l("Tytuł po polsku"), description=_l("Na przykład: Regulamin konkursu. Przy nowej wersji może zostać pusty.")
    )
    title_en = StringField(_l("Tytuł po angielsku"))
    file = FileField(_l("Plik PDF"), render_kw={"accept": ".pdf"})

    def __init__(self, documents: Sequence[RoundDocument], **given: Any) -> None:
        super().__init__(**given)
        newest = {document.key: document for document in reversed(documents)}
        self.key.choices = [SelectChoice("", _("nowy dokument"))]
        for key, document in reversed(newest.items()):
            title = document.title if language() == "pl" else document.title_en
            self.key.choices.append(SelectChoice(key, _("nowa wersja: %(title)s", title=title)))

    @property
    def about(self) -> dict[str, str]:
        """What was chosen and typed."""
        return {"key": self.key.data or "", "title": self.title.data or "", "title_en": self.title_en.data or ""}

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say at each field what is wrong with it."""
        for blocker in blockers:
            field = self[blocker.at]
            field.errors = [*field.errors, in_words(blocker)]
