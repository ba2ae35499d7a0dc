"""People type whatever their keyboards have; every paper is made all the same."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Submission
from strefa.infra.database import reading_only
from strefa.infra.i18n import force_locale
from strefa.outputs import papers
from strefa.outputs.drawable import with_codes
from strefa.outputs.paper_contents import MAKERS
from strefa.outputs.pdf import printed
from strefa.rules.lifecycle import Status
from tests import world

PAGE = '<!doctype html><html lang="pl"><head><title>x</title></head><body><h1>T</h1><p>{}</p></body></html>'


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Biblioteka \U0001f4da razem", "Biblioteka [U+1F4DA] razem"),
        ("Kod \U0001f469\u200d\U0001f4bb ok", "Kod [U+1F469][U+1F4BB] ok"),
        ("Serce \u2764\ufe0f tu", "Serce \u2764 tu"),
        ("Książka 漢 koniec", "Książka [U+6F22] koniec"),
        ("Pismo \u2028 z edytora", "Pismo z edytora"),
        ("Znak \x7f i \ue000", "Znak [U+007F] i [U+E000]"),
        ("Жар \u2265 5 \u2713 α", "Жар \u2265 5 \u2713 α"),
    ],
)
def test_what_no_letters_draw_is_given_by_its_code(app: Flask, tmp_path: Path, typed: str, read: str) -> None:
    with app.test_request_context(), force_locale("pl"):
        html = with_codes(PAGE.format(typed))
    assert not re.search("\\]\u200d", html), "what joins signs goes with them"
    (tmp_path / "paper.pdf").write_bytes(printed(html, world.NOON))
    told = subprocess.run(["pdftotext", tmp_path / "paper.pdf", "-"], capture_output=True, text=True, check=True)
    text = " ".join(told.stdout.replace("\ufe0f", "").split())
    assert read in text
    assert ("są podane kodem" in text) == ("[U+" in read)


def test_an_application_written_with_pictures_gets_its_papers(store: Session) -> None:
    ala = world.a_person()
    world.an_application(
        by=ala, answers=world.complete_answers() | {"b1_title": "Noc \U0001f319 w bibliotece"}, status=Status.SUBMITTED
    )
    version = store.query(Submission).one()
    for kind in ("application", "receipt"):
        with reading_only(), current_app.test_request_context(), force_locale("pl"):
            paper = MAKERS[kind](version.id)
            assert paper is not None
            html = papers.rendered(paper)
        assert "Noc [U+1F319] w" in html.replace("\u00a0", " ")
        assert printed(html, paper.dated)
