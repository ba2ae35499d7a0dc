"""Pictures as SVG, the same on pages and in papers; each comes with a table beside it that says the same.

Shape and label carry the meaning, never colour alone. Colours are literal, since WeasyPrint draws
`var()` black; a page's CSS may override them by the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup, escape

from strefa.infra.i18n import _
from strefa.outputs.names import voivodeship
from strefa.outputs.writing import mark, points

INK, SOFT, LINE, TEAL, WASH, SPARK = "#1d2433", "#545d6e", "#ddd5c7", "#0f4c5c", "#cfe3e6", "#b3440a"
FONTS = "Source Sans 3, Source Sans 3 Ext, sans-serif"
BIN = 5  # points in one bar of the histogram

TILES = (
    ("zachodniopomorskie", "pomorskie", "warmińsko-mazurskie", "podlaskie"),
    ("lubuskie", "wielkopolskie", "kujawsko-pomorskie", "mazowieckie"),
    ("dolnośląskie", "łódzkie", "świętokrzyskie", "lubelskie"),
    ("opolskie", "śląskie", "małopolskie", "podkarpackie"),
)
"""The sixteen voivodeships as squares that lie roughly where they are: no licensed map is needed."""


@dataclass(frozen=True)
class Profile:
    """The mean mark of one criterion: of all assessed applications and of the funded ones (None: nobody is).

    `most` is the top of its scale, `best` the highest mark that was given (None: no card).
    """

    name: str
    everybody: Fraction
    funded: Fraction | None
    most: Decimal
    best: Decimal | None = None


def histogram(results: Sequence[tuple[Fraction, bool]], threshold: Decimal) -> Markup:
    """Draw how many applications got how many points, with the threshold.

    Args:
        results: points without bonus, and whether the application was funded, of each application.
    """
    bars = binned(results)
    tallest = max((sum(pair) for pair in bars), default=1) or 1
    unit, base = 120 / tallest, 150
    parts = [_line(20, base, 620, base, SOFT)]
    for place, (funded, rest) in enumerate(bars):
        x = 22 + place * 30
        if funded:
            parts.append(_box(x, base - funded * unit, 26, funded * unit, TEAL, TEAL, "funded"))
        if rest:
            parts.append(_box(x, base - (funded + rest) * unit, 26, rest * unit, WASH, TEAL, "rest"))
        if funded + rest:
            parts.append(_text(x + 13, base - (funded + rest) * unit - 5, str(funded + rest), INK, "middle", 11))
    parts += [_text(20 + place * 30, base + 15, str(place * BIN), SOFT, "middle", 10) for place in range(0, 21, 2)]
    x = 20 + float(threshold) / BIN * 30
    parts.append(_line(x, 10, x, base + 4, SPARK, dash="5 3", width=1.5))
    parts.append(_text(x - 5, 18, _("próg: %(threshold)s", threshold=mark(threshold)), SPARK, "end", 11))
    title = _("Ile wniosków dostało ile punktów; próg to %(threshold)s", threshold=mark(threshold))
    return _picture(640, 200, title, parts + _legend(_two_kinds(), 186))


def binned(results: Sequence[tuple[Fraction, bool]]) -> list[tuple[int, int]]:
    """Count funded and other applications in bins of five points; 100 belongs to the last one."""
    bars = [[0, 0] for _place in range(100 // BIN)]
    for result, funded in results:
        bars[min(int(result // BIN), len(bars) - 1)][0 if funded else 1] += 1
    return [(funded, rest) for funded, rest in bars]


def tile_map(counts: Mapping[str, tuple[int, int]]) -> Markup:
    """Draw applications and grants by voivodeship: a tile each, the darker the more applications.

    Args:
        counts: voivodeship to how many were sent and how many of them funded.
    """
    most = max((sent for sent, _funded in counts.values()), default=0) or 1
    parts: list[Markup] = []
    for row, names in enumerate(TILES):
        for column, name in enumerate(names):
            sent, funded = counts.get(name, (0, 0))
            parts += _tile(2 + column * 160, 2 + row * 62, name, sent, funded, most)
    return _picture(640, 250, _("Wnioski i dotacje w województwach"), parts)


def _tile(x: int, y: int, name: str, sent: int, funded: int, most: int) -> list[Markup]:
    parts = [_box(x, y, 154, 56, _shade(sent, most), TEAL if funded else LINE, "tile", thick=2 if funded else 1)]
    parts.append(_text(x + 9, y + 19, voivodeship(name), INK, "start", 11.5))
    told = _("złożone: %(sent)s, dotacje: %(funded)s", sent=sent, funded=funded) if sent else _("brak wniosków")
    parts.append(_text(x + 9, y + 38, told, INK if sent else SOFT, "start", 11, bold=bool(funded)))
    return parts


def _shade(count: int, most: int) -> str:
    """Mix white and a light teal that ink still stands out on."""
    if not count:
        return "#ffffff"
    part = 0.25 + 0.75 * count / most
    return "#" + "".join(f"{round(255 + (light - 255) * part):02x}" for light in (178, 212, 217))


def profile(lines: Sequence[Profile]) -> Markup:
    """Draw the mean marks of each criterion: a ring for all applications, a full dot for the funded."""
    parts: list[Markup] = []
    for place, line in enumerate(lines):
        y = 14 + place * 26
        parts.append(_text(0, y + 4, line.name, INK, "start", 11.5))
        parts.append(_line(250, y, 590, y, LINE))
        parts.append(_text(600, y + 4, _("z %(most)s", most=mark(line.most)), SOFT, "start", 10))
        parts += _marks(line, y)
    height = 14 + len(lines) * 26 + 18
    kinds = [(_("wnioski z dotacją"), TEAL), (_("wszystkie ocenione"), "#ffffff")]
    return _picture(640, height, _("Średnie oceny w kryteriach"), parts + _legend(kinds, height - 10, round_=True))


def _marks(line: Profile, y: float) -> list[Markup]:
    """Draw the two means of a criterion, each with its figure on the side away from the other."""
    everybody, funded = (
        None if mean is None else 250 + float(mean / Fraction(line.most)) * 340
        for mean in (line.everybody, line.funded)
    )
    assert everybody is not None  # only the funded may be nobody
    left = funded is None or everybody <= funded
    parts = [_beside(everybody, y, points(line.everybody), left)]
    if funded is not None:
        parts += [_line(everybody, y, funded, y, TEAL, width=2), _beside(funded, y, points(line.funded), not left)]
        parts.append(Markup('<circle class="funded" cx="{:.2f}" cy="{}" r="6" fill="{}"/>').format(funded, y, TEAL))
    ring = '<circle class="rest" cx="{:.2f}" cy="{}" r="5" fill="#ffffff" stroke="{}" stroke-width="1.5"/>'
    return [*parts, Markup(ring).format(everybody, y, TEAL)]


def _beside(x: float, y: float, text: str, left: bool) -> Markup:
    return _text(x - 10 if left else x + 10, y - 3, text, INK, "end" if left else "start", 10)


def _two_kinds() -> list[tuple[str, str]]:
    return [(_("z dotacją"), TEAL), (_("bez dotacji"), WASH)]


def _legend(kinds: Sequence[tuple[str, str]], y: float, round_: bool = False) -> list[Markup]:
    parts: list[Markup] = []
    for place, (word, colour) in enumerate(kinds):
        x = 22 + place * 170
        if round_:
            sign = '<circle cx="{}" cy="{}" r="5" fill="{}" stroke="{}" stroke-width="1.5"/>'
            parts.append(Markup(sign).format(x + 5, y, colour, TEAL))
        else:
            parts.append(_box(x, y - 5, 10, 10, colour, TEAL, "sign"))
        parts.append(_text(x + 17, y + 4, word, SOFT, "start", 11))
    return parts


def _picture(width: int, height: float, title: str, parts: Sequence[Markup]) -> Markup:
    head = Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img"><title>{}</title>'
    )
    return head.format(width, height, title) + Markup("").join(parts) + Markup("</svg>")


def _box(
    x: float, y: float, width: float, height: float, fill: str, stroke: str, kind: str, *, thick: float = 1
) -> Markup:
    return Markup(
        '<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}" stroke="{}" stroke-width="{}"/>'
    ).format(kind, x, y, width, height, fill, stroke, thick)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "none", width: float = 1) -> Markup:
    return Markup(
        '<line x1="{:.2f}" y1="{:.2f}" x2="{:.2f}" y2="{:.2f}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(x1, y1, x2, y2, colour, width, dash)


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: float, *, bold: bool = False) -> Markup:
    return Markup(
        '<text x="{:.2f}" y="{:.2f}" fill="{}" text-anchor="{}" font-size="{}" font-weight="{}" font-family="{}">{}</text>'
    ).format(x, y, colour, anchor, size, 600 if bold else 400, FONTS, escape(text))
