"""The process that prints: our own assets only, limits, and Polish letters as they are drawn elsewhere."""

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont

from strefa.outputs.pdf import PaperFailed, Printer, printed
from strefa.settings import ROOT

MOMENT = datetime(2027, 3, 15, 12, tzinfo=UTC)
PHRASE = "Zażółć gęślą jaźń"
SIZE = 200  # pixels of an em in the pictures that are compared
GAP = 40  # pixels between letters, so that kerning does not matter


def a_page(body: str, title: str = "Próba") -> str:
    return f'<!doctype html><html lang="pl"><head><title>{title}</title></head><body><h1>Próba</h1>{body}</body></html>'


@pytest.mark.parametrize(
    "asking",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://example.org/picture.png" alt="x">',
        '<img src="//example.org/picture.png" alt="x">',
        '<img src="data:image/png;base64,aaaa" alt="x">',
        '<img src="../../../etc/passwd" alt="x">',
        '<img src="https://assets.invalid/%2e%2e/%2e%2e/etc/passwd" alt="x">',
        '<img src="https://assets.invalid/there-is-no-such-file.svg" alt="x">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<style>@import "file:///etc/passwd";</style>',
        "<style>body { background: url(file:///etc/passwd) }</style>",
        "<style>@font-face { font-family: q; src: url(file:///etc/passwd) }</style>",
        '<object data="file:///etc/passwd"></object>',
        '<embed src="http://example.org/x.svg">',
        '<img src="ftp://example.org/x.png" alt="x">',
        '<img src="file://localhost/etc/passwd" alt="x">',
        '<img src="https://assets.invalid.example.org/css/paper.css" alt="x">',
        '<img src="https://assets.invalid@example.org/css/paper.css" alt="x">',
        '<img src="https://assets.invalid//etc/passwd" alt="x">',
        '<img src="https://assets.invalid/css/..%2f..%2fpyproject.toml" alt="x">',
        '<img src="https://assets.invalid/css" alt="x">',
        '<p style="background: url(file:///etc/passwd)">x</p>',
        "<style>p::before { content: url(http://example.org/x.png) }</style><p>x</p>",
        '<svg><title>x</title><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        '<svg><title>x</title><image xlink:href="http://example.org/x.png" width="9" height="9"/></svg>',
        '<iframe src="file:///etc/passwd"></iframe><object data="data:text/html,x"></object>',
    ],
)
def test_a_paper_that_asks_for_anything_but_our_assets_is_not_made(asking: str) -> None:
    with pytest.raises(PaperFailed, match="our own assets only"):
        printed(a_page(asking), MOMENT)


def test_a_paper_that_is_not_valid_does_not_leave_the_house() -> None:
    with pytest.raises(PaperFailed, match="not valid PDF/UA-1"):
        printed(a_page('<img src="https://assets.invalid/icons.svg" alt="">'), MOMENT)


def test_a_paper_that_takes_too_long_ends_alone_and_the_next_is_made() -> None:
    patient, hasty = Printer(), Printer(0.01)
    with pytest.raises(PaperFailed, match=r"more than 0\.01 seconds"):
        hasty.printed(a_page("<p>x</p>"), 0)
    assert patient.printed(a_page("<p>x</p>"), 0).startswith(b"%PDF-")
    patient.stop()
    assert patient.printed(a_page("<p>x</p>"), 0).startswith(b"%PDF-")
    patient.stop()


def test_a_paper_that_takes_too_much_memory_ends_alone_and_the_next_is_made() -> None:
    greedy = Printer(memory=400 * 1024**2)
    with pytest.raises(PaperFailed, match=r"MemoryError|too much memory"):
        greedy.printed(a_page(f"<p>{'x' * 60_000_000}</p>"), 0)
    assert greedy.printed(a_page("<p>x</p>"), 0).startswith(b"%PDF-")
    greedy.stop()


def test_a_new_process_prints_the_same_bytes() -> None:
    first, second = Printer(), Printer()
    assert first.printed(a_page(f"<p>{PHRASE}</p>"), 7) == second.printed(a_page(f"<p>{PHRASE}</p>"), 7)
    first.stop()
    second.stop()


@pytest.mark.parametrize(("family", "files"), [("Source Sans 3", "source-sans-3"), ("Brygada 1918", "brygada-1918")])
def test_polish_letters_look_as_they_do_when_drawn_another_way(family: str, files: str, tmp_path: Path) -> None:
    style = (
        f'font-family: "{family}", "{family} Ext"; font-size: {SIZE}px; font-weight: 400; white-space: nowrap;'
        f" font-kerning: none; font-variant-ligatures: none; letter-spacing: {GAP}px; margin: 0; line-height: 2"
    )
    sheet = "@page { size: 4200px 900px; margin: 60px } @page { @bottom-left { content: none } @bottom-right { content: none } }"
    pdf = printed(
        a_page(f"<style>{sheet} h1 {{ font-size: 1px; color: white }}</style><p style='{style}'>{PHRASE}</p>"), MOMENT
    )
    (tmp_path / "paper.pdf").write_bytes(pdf)
    picture = subprocess.run(
        ["pdftoppm", "-r", "96", "-gray", "-singlefile", tmp_path / "paper.pdf"], capture_output=True, check=True
    ).stdout

    ours, theirs = cropped(Image.open(io.BytesIO(picture))), cropped(drawn(files, tmp_path))

    assert abs(ours.width - theirs.width) <= 4
    assert abs(ours.height - theirs.height) <= 4
    assert overlap(ours, theirs.resize(ours.size)) > 0.9


def drawn(files: str, folder: Path) -> Image.Image:
    """Draw the phrase letter by letter with FreeType, each from the file that has it."""
    fonts, letters = [], []
    for part in ("latin", "latin-ext"):
        source = TTFont(ROOT / "static" / "fonts" / f"{files}-{part}-wght-normal.woff2")
        source.flavor = None
        source.save(folder / f"{part}.ttf")
        letters.append(set(source.getBestCmap() or ()))
        font = ImageFont.truetype(str(folder / f"{part}.ttf"), SIZE)
        font.set_variation_by_axes([400])
        fonts.append(font)
    picture = Image.new("L", (4200, 900), 255)
    x = 60.0
    for letter in PHRASE:
        font = fonts[0] if ord(letter) in letters[0] else fonts[1]
        ImageDraw.Draw(picture).text((x, 600), letter, font=font, fill=0, anchor="ls")
        x += font.getlength(letter) + GAP
    return picture


def cropped(picture: Image.Image) -> Image.Image:
    """Return what is dark, without the paper around it."""
    dark = picture.convert("L").point([255 if value < 128 else 0 for value in range(256)])
    return dark.crop(dark.getbbox())


def overlap(first: Image.Image, second: Image.Image) -> float:
    """Return the dark that both have, as a part of the dark that either has."""
    both, either = ImageChops.darker(first, second), ImageChops.lighter(first, second)
    return sum(both.histogram()[128:]) / sum(either.histogram()[128:])
