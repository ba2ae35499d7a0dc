"""What a round publishes beside its own page: regulations and other papers, each version with its hash and date."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import actions, queries
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.files import Kept, TooLarge, keep
from strefa.infra.files.workshop import checked
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import ending_of, file_name
from strefa.web.guard import at_rest, attempt, largest, needs
from strefa.web.office.document_forms import DocumentForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("documents", __name__)

MEGABYTES = 20  # of one document


@pages.get("/edycje/<slug>/regulamin")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    return _page(round_, DocumentForm(queries.documents_of(round_), formdata=None))


def _page(round_: Round, form: DocumentForm) -> str:
    return page("office/documents/index", round=round_, documents=queries.documents_of(round_), form=form)


@pages.post("/edycje/<slug>/regulamin")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
@largest(MEGABYTES * 1_048_576 + 100_000)
@asks(lambda round_, _parts, _typed: [DocumentForm(queries.documents_of(round_), formdata=None)])
def publish(round_: Round) -> ResponseReturnValue:
    form = DocumentForm(queries.documents_of(round_))
    try:
        kept, name = _kept(form)
    except Refused as refused:
        form.refused(refused.blockers)
        return _page(round_, form), 422
    with attempt(_("Dokument jest opublikowany na stronie edycji."), quiet=True) as outcome:
        actions.publish_document(round_, kept, name, form.about, actor=current_user, now=now())
    form.refused(outcome.blockers)
    return redirect(url_for(".index", slug=round_.slug)) if outcome else (_page(round_, form), 422)


def _kept(form: DocumentForm) -> tuple[Kept, str]:
    """Write the chosen file to the store once its content is known to be a PDF.

    Raises:
        Refused: nothing is chosen, or it is too large or no PDF.
    """
    given = request.files.get(form.file.name)
    if given is None or not given.filename:
        raise Refused(Blocker(Reason.FILE_NOT_CHOSEN, "file"))
    name = file_name(given.filename)
    if ending_of(name) != "pdf":
        raise Refused(Blocker(Reason.FILE_OF_OTHER_TYPE, "file", {"name": name, "types": "PDF"}))
    with at_rest():
        most = MEGABYTES * 1_048_576
        try:
            return keep(given.stream, most, lambda path: checked(path, name, "file", most)), name
        except TooLarge:
            values = {"name": name, "size_bytes": most + 1, "most_bytes": most}
            raise Refused(Blocker(Reason.FILE_TOO_LARGE, "file", values)) from None
