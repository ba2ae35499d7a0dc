"""What people type: one form of it, its length, its Polish order and its key for searching."""

import re
import unicodedata
from collections.abc import Iterable

_ALPHABET = {
    letter: f"{base}{rank}"
    for base, family in {
        **{c: c for c in "bdfghijkmpqrtuvwxy"},
        "a": "aą",
        "c": "cć",
        "e": "eę",
        "l": "lł",
        "n": "nń",
        "o": "oó",
        "s": "sś",
        "z": "zźż",
    }.items()
    for rank, letter in enumerate(family)
}
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "–": "-", "—": "-"}
)
_ONE_LETTER = re.compile(r"(?<![^\s(\[„”\"«/–—-])([aiouwzAIOUWZ]) (?=\S)")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=zł\b|\d|%)")
_BEFORE_NUMBER = re.compile(r"(?<!\w)(nr|pkt|art\.|ust\.|poz\.|str\.|godz\.|§) (?=\d)", re.IGNORECASE)
_MAX_NAME_BYTES = 255
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # categories Cc and Cs, but tab and LF


def normalised(text: str) -> str:
    """The one form in which text is kept: NFC, lines ended by LF, no control characters but tab and LF.

    Control characters and lone surrogates go, as no database or PDF holds them; all else stays as typed.
    """
    if text.isprintable():  # most texts: no line end, no control character
        return unicodedata.normalize("NFC", text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", lines))


def length(text: str) -> int:
    """Unicode code points of the normalised text, spaces and line ends included, as the browser counts them."""
    return len(normalised(text))


def collation_key(text: str) -> str:
    """A key that sorts in Polish order when compared byte by byte (SQLite BINARY, PostgreSQL "C").

    Letters first regardless of case, marks and punctuation, `ą` after `a`, `ź` and `ż` last; equal ones by exact text.
    """
    exact = normalised(text).replace("\t", " ")
    folded = "".join(_ALPHABET.get(c) or _ranked(c) for c in unicodedata.normalize("NFC", exact.casefold()))
    return f"{' '.join(folded.split())}\t{exact}"


def _ranked(character: str) -> str:
    """A letter foreign to Polish stands beside the letter it is drawn from; punctuation only parts words."""
    return "".join(_ALPHABET.get(c, c if c.isalnum() else " ") for c in _without_marks(character))


def search_key(text: str) -> str:
    """Small letters without Polish or other marks, single spaces: `Łódź, ul. Żółta` → `lodz, ul. zolta`."""
    return " ".join(_without_marks(normalised(text).casefold()).split())


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))


def hard_spaces(text: str) -> str:
    """The text with U+00A0 where a line must not break: after one-letter words, inside numbers, before zł and %."""
    text = _ONE_LETTER.sub("\\1\u00a0", text)
    text = _BEFORE_UNIT.sub("\u00a0", text)
    return _BEFORE_NUMBER.sub("\\1\u00a0", text)


_WRITTEN_ANEW = {"heic": "jpg", "heif": "jpg"}
"""Endings of pictures that few programs open, and of what they are kept as."""


WITH_MACROS = frozenset({
    "docm", "dotm", "xlsm", "xlsb", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam", "sldm",
})  # fmt: skip
"""Endings of Office files that are there to hold macros."""


def ending_of(name: str) -> str:
    """Return the ending of a file's name in small letters, without the dot."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def taken_as(name: str) -> str:
    """Return the name under which a file is kept: a phone's HEIC is written anew as JPEG.

    >>> taken_as("IMG_0421.HEIC")
    'IMG_0421.jpg'
    """
    anew = _WRITTEN_ANEW.get(ending_of(name))
    return f"{name.rpartition('.')[0]}.{anew}" if anew else name


def also_sent_as(endings: Iterable[str]) -> list[str]:
    """List these endings, and those of what is written anew as one of them."""
    kept = list(endings)
    return kept + [sent for sent, anew in _WRITTEN_ANEW.items() if anew in kept and sent not in kept]


def file_name(name: str) -> str:
    """A name safe to store, show and unpack: NFC, no path, control or direction marks, at most 255 bytes of UTF-8.

    The extension survives the cut; a name with nothing left becomes `plik`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if not unicodedata.category(c).startswith("C") and c not in "\u2028\u2029")
    clean = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", kept)).strip(" .") or "plik"
    stem, dot, extension = clean.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        stem, dot, extension = clean, "", ""
    ending = (dot + extension).encode()
    return (stem.encode()[: _MAX_NAME_BYTES - len(ending)] + ending).decode(errors="ignore")
