"""What stood before somebody's eyes when she pressed "send": she sends that, or is told what has changed since."""

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application, Attachment, SectionAnswers
from strefa.contest.people.models import Person
from strefa.rules.formspec import Section


def state(application: Application) -> str:
    """Return what a page from which one sends carries: the form's version, each section's revision, the files."""
    signs = [_form(application), *map(_text, application.sections), *map(_file, queries.attached(application))]
    return " ".join(sorted(signs))


def changed(application: Application, read: str, reader: Person) -> list[Section]:
    """List the sections that do not say any more what a page said, in form order.

    What the reader saved herself since, in another tab, she knows: she began from the text before it, so she
    knows that one as well.

    Args:
        read: the `state` that the page carried; "" when it carried none, which is to have read nothing.
    """
    spec, seen = queries.form(application), set(read.split())
    if _form(application) not in seen:
        return list(spec.sections)
    files = queries.attached(application)
    keys = {row.section for row in application.sections if _text(row) not in seen and row.saved_by_id != reader.id}
    fields = {file.field for file in files if _file(file) not in seen and file.added_by_id != reader.id}
    gone = {sign for sign in seen if "+" in sign} - set(map(_file, files))
    fields |= {sign.partition("+")[0] for sign in gone}
    return [s for s in spec.sections if s.key in keys or not fields.isdisjoint(field.key for field in s.fields)]


def _form(application: Application) -> str:
    return f"#{application.form_version_id}"


def _text(row: SectionAnswers) -> str:
    return f"{row.section}.{row.revision}"


def _file(file: Attachment) -> str:
    return f"{file.field}+{file.public_id}"
