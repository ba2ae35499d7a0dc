"""What was sent, in the office: files and paper of each version, for those who may read it and nobody else."""

import io

import pytest
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, Submission
from strefa.infra import files
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.attachments import a_pdf
from tests.guards.stage import add_role
from tests.pages import Pages

FORMAL = "/ocena-formalna"
OLD, NEW = a_pdf(), a_pdf() + b" "


def kept(content: bytes) -> str:
    stored = files.keep(io.BytesIO(content), 1_000_000)
    files.register(stored, now=world.NOON)
    return stored.sha256


def a_file(name: str, content: bytes, public_id: str) -> dict[str, object]:
    return {
        "public_id": public_id, "field": "h1_attachments", "name": name, "size": len(content),
        "media_type": "application/pdf", "sha256": kept(content),
    }  # fmt: skip


def sent_twice(store: Session) -> Application:
    """An application whose second version came with another letter than the first."""
    author = world.a_person(name="Ola Żółtowska")
    application = world.an_application(Status.SUBMITTED, by=author, organisation=world.an_organisation(author))
    first = store.query(Submission).filter_by(application_id=application.id).one()
    second = world.a_submission(application, author, version=2)
    first.attachments = [a_file("list-stary.pdf", OLD, "plikstary1")]
    second.attachments = [a_file("list.pdf", NEW, "pliknowy12"), a_file("mapa.pdf", OLD, "plikmapa12")]
    store.commit()
    return application


def where(application: Application, rest: str = "") -> str:
    return f"/biuro/wnioski/{application.public_id}{rest}"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR])
def test_whoever_reads_a_sent_application_opens_its_files_from_the_page(
    store: Session, pages: Pages, role: Role
) -> None:
    application = sent_twice(store)
    reader = pages.sign_in(world.a_person(role))
    shown = [reader.get(where(application)).text]
    shown += [reader.get(where(application, FORMAL)).text] if role is Role.COORDINATOR else []
    for page in shown:
        for file_id, name in (("pliknowy12", "list.pdf"), ("plikmapa12", "mapa.pdf")):
            assert f'<a href="{where(application, f"/wersje/2/pliki/{file_id}")}">{name}</a>' in page
    answer = reader.get(where(application, "/wersje/2/pliki/pliknowy12"))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, NEW, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_an_earlier_version_keeps_its_own_files(store: Session, pages: Pages) -> None:
    application = sent_twice(store)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    page = office.get(where(application)).text
    assert f'<a href="{where(application, "/wersje/1/pliki/plikstary1")}">list-stary.pdf</a>' in page
    assert office.get(where(application, "/wersje/1/pliki/plikstary1")).data == OLD
    for wrong in ("/wersje/2/pliki/plikstary1", "/wersje/1/pliki/pliknowy12", "/wersje/3/pliki/pliknowy12"):
        assert office.get(where(application, wrong)).status_code == 404


def test_a_juror_who_oversees_the_round_opens_no_file_that_impartiality_keeps_from_her(
    store: Session, pages: Pages
) -> None:
    application = sent_twice(store)
    juror = world.a_juror()
    add_role(juror, world.a_round(), Role.CHAIR)
    world.an_assignment(application, juror, declared=False)
    hers = pages.sign_in(juror)
    for address in ("/wersje/2/pliki/pliknowy12", "/wersje/2/wniosek.pdf"):
        assert hers.get(where(application, address)).status_code == 404


def test_the_application_on_paper_is_offered_once_it_is_printed(store: Session, pages: Pages) -> None:
    application = sent_twice(store)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    address = where(application, "/wersje/2/wniosek.pdf")
    assert address not in office.get(where(application)).text
    assert office.get(address).status_code == 503
    newest = store.query(Submission).filter_by(application_id=application.id, version=2).one()
    store.add(
        files.Document(
            kind="application", subject=str(newest.id), name="wniosek.pdf", sha256=kept(OLD), made_at=world.NOON
        )
    )
    store.commit()
    for page in (where(application), where(application, FORMAL)):
        assert f'href="{address}"' in office.get(page).text
    assert office.get(address).data == OLD
    assert "/wersje/1/wniosek.pdf" not in office.get(where(application)).text
