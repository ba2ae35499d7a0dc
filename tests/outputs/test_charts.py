"""Pictures of the report: named for screen readers, drawn in literal colours, and saying the figures they show."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from markupsafe import Markup

from strefa.infra.i18n import force_locale
from strefa.outputs import charts
from strefa.outputs.charts import Profile

RESULTS = [(Fraction(100), True), (Fraction(95), True), (Fraction(60), False), (Fraction(119, 2), False)]
PROFILES = [
    Profile("Pomysł & <odwaga>", Fraction(7, 2), Fraction(9, 2), Decimal(5)),
    Profile("Plan", Fraction(3), None, Decimal(5)),
]
LAST = 19


def drawn(name: str) -> Markup:
    match name:
        case "histogram":
            return charts.histogram(RESULTS, Decimal("60.5"))
        case "map":
            return charts.tile_map({"mazowieckie": (3, 1), "śląskie": (1, 0)})
        case "empty":
            return charts.histogram([], Decimal(60))
        case _:
            return charts.profile(PROFILES)


def words(picture: Markup) -> list[str]:
    return ["".join(node.itertext()) for node in etree.fromstring(str(picture)).iter("{*}text")]


@pytest.mark.parametrize("name", ["histogram", "map", "profile", "empty"])
def test_a_picture_is_whole_svg_with_a_title_and_literal_colours(name: str, app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        picture = drawn(name)

    tree = etree.fromstring(str(picture))
    assert tree[0].tag.endswith("title")
    assert len(tree[0].text or "") > 10
    assert "var(" not in picture
    colours = re.findall(r'(?:fill|stroke)="([^"]*)"', picture)
    assert [one for one in colours if not re.fullmatch(r"#[0-9a-f]{6}", one)] == []
    assert [t for t in tree.iter("{*}text") if not t.get("fill")] == []


def test_the_histogram_counts_by_fives_with_the_best_in_the_last_bar(app: Flask) -> None:
    bars = charts.binned(RESULTS)

    assert (len(bars), bars[LAST], bars[12], bars[11]) == (20, (2, 0), (0, 1), (0, 1))
    with app.test_request_context(), force_locale("pl"):
        assert "próg: 60½" in words(drawn("histogram"))


def test_the_map_names_every_voivodeship_and_says_what_came_from_it(app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        said = words(drawn("map"))

    assert len({*said} & {name for row in charts.TILES for name in row}) == 16
    assert said.count("brak wniosków") == 14
    assert "złożone: 3, dotacje: 1" in said


def test_a_criterion_without_grants_shows_one_mark_and_names_are_escaped(app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        picture = drawn("profile")

    assert "Pomysł & <odwaga>" in words(picture)
    assert [word for word in words(picture) if re.fullmatch(r"\d,\d\d", word)] == ["3,50", "4,50", "3,00"]
    assert picture.count('class="funded"') == 1
