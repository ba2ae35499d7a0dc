"""The handbook says what the pages and the rules say, and its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = sorted((ROOT / "docs" / "podrecznik").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
ROLES = {"biblioteka", "jury", "przewodniczenie", "koordynacja", "zatwierdzanie", "kontrola", "administracja"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_what_is_read_from_the_rules_says_what_they_say() -> None:
    """States of an application and the table of permissions; `scripts/make_docs.py` writes them anew."""
    compared = subprocess.run(
        [sys.executable, "scripts/make_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert compared.returncode == 0, compared.stderr


def test_every_role_has_its_page() -> None:
    assert {page.stem for page in HANDBOOK} - {"README"} == ROLES
    listed = LINK.findall((ROOT / "docs" / "podrecznik" / "README.md").read_text(encoding="utf-8"))
    assert {f"{role}.md" for role in ROLES} <= set(listed)


@pytest.mark.parametrize("page", HANDBOOK, ids=name)
def test_words_set_in_bold_stand_so_on_the_pages(page: Path) -> None:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        texts = {message.id for message in read_po(file) if isinstance(message.id, str)}
    said = re.findall(r"\*\*(.+?)\*\*", page.read_text(encoding="utf-8"))
    assert [words for words in said if words not in texts] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_to_files_lead_to_files(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_once_named_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    numbers = [file[:3] for file in files]
    assert all(re.fullmatch(r"\d{3}-[a-z-]+\.md", file) for file in files), files
    assert numbers == [f"{number:03}" for number in range(1, len(files) + 1)]
    assert LINK.findall((folder / "README.md").read_text(encoding="utf-8")) == files
    for file in files:
        assert (folder / file).read_text(encoding="utf-8").startswith(f"# {file[:3]} "), file


def test_the_picture_of_the_readme_is_small() -> None:
    [picture] = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert 10_000 < (ROOT / picture).stat().st_size < 300_000


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_header_of_a_catalogue_says_what_the_language_needs_and_names_nobody(language: str) -> None:
    text = (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    header = text.partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in header
    assert '"Plural-Forms: nplurals=' in header
    assert not re.search(r"@|FULL NAME|ORGANIZATION|YEAR|PROJECT|Team", header), header
