"""A letter as PDF: our whole way to a valid paper beside WeasyPrint's own time for the same HTML."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from types import SimpleNamespace

from flask import Flask

from strefa.infra.i18n import force_locale
from strefa.outputs import papers, pdf
from strefa.outputs.paper_contents import Paper
from strefa.outputs.pdf_child import OURS, SHEETS
from strefa.rules import money
from strefa.settings import ROOT

TURNS = 15
DATED = datetime(2027, 4, 20, 10, tzinfo=UTC)


def letter(app: Flask) -> Iterator[tuple[str, float]]:
    """Print a letter about a grant by turns; ours goes through the child process and is checked as PDF/UA-1."""
    with app.app_context(), app.test_request_context(), force_locale("pl"):
        html = papers.rendered(Paper("letter", _values(), DATED, "pismo.pdf"))
    bare = _weasyprint(html)
    pdf.printed(html, DATED)
    bare()
    times = [(_seconds(lambda: pdf.printed(html, DATED)), _seconds(bare)) for _turn in range(TURNS)]
    ours, theirs = median(one for one, _other in times), median(other for _one, other in times)
    yield "letter_pdf_ms", ours * 1000
    yield "letter_pdf_x_weasyprint", ours / theirs


def _weasyprint(html: str) -> Callable[[], object]:
    """Return WeasyPrint's own work, warm: style sheets read and fonts unpacked beforehand."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class Static(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> object:
            return super().fetch(url.replace(OURS, f"file://{ROOT}/static/"), headers)

    fetcher, fonts = Static(), FontConfiguration()
    sheets = [CSS(url=f"{OURS}css/{name}.css", url_fetcher=fetcher, font_config=fonts) for name in SHEETS]
    return lambda: HTML(string=html, base_url=OURS, url_fetcher=fetcher).write_pdf(
        stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _values() -> dict[str, object]:
    ask = 500_000
    decision = SimpleNamespace(promoted_at=None)
    return {
        "round": SimpleNamespace(name="Strefa Eksperymentu 2027", name_en="Experiment Zone 2027"),
        "application": SimpleNamespace(
            number="SE-2027-0001", title="Biblioteka nocnych marków", ask=ask,
            applicant_name="Gminna Biblioteka Publiczna w Zalesiu",
            organisation=SimpleNamespace(street="ul. Lipowa 3", postal_code="21-512", town="Zalesie", edelivery=""),
        ),
        "line": SimpleNamespace(decision=decision, points=85, rank=3),
        "outcome": "funded", "amount": ask, "amount_in_words": money.in_words(ask), "reason": "", "decided": DATED,
        "ranked": 200, "threshold": 60, "reserve_until": None, "reserve_place": None,
    }  # fmt: skip
