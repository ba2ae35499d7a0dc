"""The empty form on paper: asked for by the worker, made anew when the round changes, fetched by anybody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores, worker
from strefa.contest.rounds.models import FormVersion
from strefa.contest.rounds.queries import form_of
from strefa.infra.clock import Clock
from strefa.infra.files import Document, path_of
from strefa.infra.jobs import Job
from strefa.outputs.paper_contents import MAKERS
from tests import world
from tests.pages import Pages

PAGE = "/edycje/strefa-eksperymentu-2027"


def test_anybody_fetches_it_from_the_page_of_the_round_once_the_worker_has_made_it(
    app: Flask, store: Session, clock: Clock, pages: Pages
) -> None:
    round_ = world.a_round()
    assert f'href="{PAGE}/formularz.pdf"' in pages.get(PAGE).text
    waiting = pages.get(f"{PAGE}/formularz.pdf")
    assert waiting.status_code == 503
    assert f'href="{PAGE}"' in waiting.text

    chores.forms_once()
    worker.work_off(app)

    made = store.scalars(select(Document).where(Document.kind == "empty_form")).one()
    fetched = pages.get(f"{PAGE}/formularz.pdf")
    assert fetched.data == path_of(made.sha256).read_bytes()
    assert f"formularz-{round_.slug}.pdf" in fetched.headers["Content-Disposition"]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_it_claims_nothing_to_be_filled_in_but_what_is_filled_in_online(store: Session, language: str) -> None:
    version = world.a_round().form_version
    assert version is not None
    hints = [section.hint.in_language(language) for section in form_of(version).sections if section.hint]
    known = [hint for hint in hints if {"pl": "już wpisane", "en": "already filled in"}[language] in hint]
    assert [hint.split()[:2] for hint in known] == [{"pl": ["W", "systemie"], "en": ["Online,", "what"]}[language]]


def test_nobody_fetches_the_form_of_a_round_that_is_not_announced(store: Session, clock: Clock, pages: Pages) -> None:
    world.a_round(announced_at=world.NOON + timedelta(days=1))
    assert pages.get(f"{PAGE}/formularz.pdf").status_code == 404


def test_it_is_asked_for_once_and_again_when_the_template_changes(store: Session, clock: Clock) -> None:
    round_ = world.a_round()
    assert [chores.forms_once(), chores.forms_once()] == [1, 0]
    job = store.scalars(select(Job)).one()
    assert (job.subject, job.values) == (
        f"empty_form:{round_.id}",
        {"template": f"{round_.template_sha256}:{round_.closes_at.isoformat()}"},
    )

    world.a_round(template_sha256="f" * 64)

    assert [chores.forms_once(), chores.forms_once()] == [1, 0]

    world.a_round(closes_at=round_.closes_at + timedelta(days=1))

    assert [chores.forms_once(), chores.forms_once()] == [1, 0], "it says the close, which an extension moves"


def test_every_question_of_the_form_is_on_it_with_its_room_to_answer(app: Flask, store: Session) -> None:
    round_ = world.a_round()
    version = store.get(FormVersion, round_.form_version_id)
    assert version is not None
    with app.test_request_context():
        paper = MAKERS["empty_form"](round_.id)
    assert paper is not None
    blanks = [blank for _section, questions in paper.values["sections"] for blank in questions]
    asked = [
        f"{field['code']}. {field['label']['pl']}" for part in version.data["sections"] for field in part["fields"]
    ]
    assert [blank.label for blank in blanks] == asked
    assert [b.label for b in blanks if not (b.room or b.options or b.rows or b.is_span)] == ["H1. Załączniki"]
