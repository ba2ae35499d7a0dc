"""The files of one's own application, as its pages list them."""

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application
from strefa.web.shelf import Line, Shelf, lines, of_attachments


def shelf(application: Application) -> Shelf:
    """Return where the people of an application find its files."""
    parts = {"public_id": application.public_id}
    return Shelf("applicant.files.show", "applicant.files.view", "applicant.files.picture", parts)


def listed(application: Application) -> list[Line]:
    """List the files that stand, in the order they were given."""
    return lines(of_attachments(queries.attached(application)), shelf(application))
