"""Who must not assess what, and what the system should ask about.

Hard grounds keep a juror from an application without anybody's decision. Proposed ones only
raise a question: the system shows them, and the juror or the office confirms or dismisses them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize


class Ground(StrEnum):
    """Why a juror and an application do not belong together. The value is a stable key."""

    APPLICANT_IN_ROUND = "applicant_in_round"  # who applies in a round assesses nothing in it
    ORGANISATION = "organisation"
    VOIVODESHIP = "voivodeship"  # only when the round says so
    DECLARED = "declared"
    ORGANISATION_NAME = "organisation_name"
    COMMUNE = "commune"
    MAIL_DOMAIN = "mail_domain"


class Relation(StrEnum):
    """What a juror names when she excludes herself from an application."""

    APPLICANT = "applicant"  # she applies herself
    KIN = "kin"  # marriage, kin or affinity, adoption, care, shared life
    WORK = "work"  # employment, commission, pay, membership of its bodies in the last 3 years
    VOIVODESHIP = "voivodeship"
    DOUBT = "doubt"  # any relation that raises justified doubt


PROPOSED = frozenset({Ground.ORGANISATION_NAME, Ground.COMMUNE, Ground.MAIL_DOMAIN})
HARD = frozenset(Ground) - PROPOSED


@dataclass(frozen=True)
class JurorFacts:
    """What is known of a juror. `key` is any stable text; `limit` is the most she agreed to assess."""

    key: str
    librarian: bool
    organisations: frozenset[str] = frozenset()  # stable keys, the same as in ApplicationFacts
    organisation_names: tuple[str, ...] = ()
    voivodeship: str = ""
    commune: str = ""  # TERYT
    mail: str = ""
    limit: int | None = None
    applies: bool = False  # an organisation of hers asks for money in this round


@dataclass(frozen=True)
class ApplicationFacts:
    """What is known of an application and its applicant."""

    key: str
    organisation: str = ""
    organisation_name: str = ""
    voivodeship: str = ""
    commune: str = ""  # TERYT
    mails: tuple[str, ...] = ()


def grounds(
    juror: JurorFacts, application: ApplicationFacts, *, declared: bool = False, own_voivodeship: bool = True
) -> tuple[Ground, ...]:
    """List the hard grounds, all of them; none means that she may assess it.

    Args:
        declared: she excluded herself from this application, or was recused.
        own_voivodeship: the round forbids assessing one's own voivodeship.
    """
    found = {
        Ground.APPLICANT_IN_ROUND: juror.applies,
        Ground.ORGANISATION: bool(application.organisation) and application.organisation in juror.organisations,
        Ground.VOIVODESHIP: own_voivodeship and _same(juror.voivodeship, application.voivodeship),
        Ground.DECLARED: declared,
    }
    return tuple(ground for ground, holds in found.items() if holds)


def proposed(juror: JurorFacts, application: ApplicationFacts) -> tuple[Ground, ...]:
    """List what should be asked about: never a decision by itself."""
    name = institution(application.organisation_name)
    domains = {mail_domain(mail) for mail in application.mails} - {""}
    found = {
        Ground.ORGANISATION_NAME: bool(name) and name in {institution(each) for each in juror.organisation_names},
        # The last digit of a TERYT code is the kind of commune: town and villages of one commune share six.
        Ground.COMMUNE: len(juror.commune) >= 6 and juror.commune[:6] == application.commune[:6],
        Ground.MAIL_DOMAIN: mail_domain(juror.mail) in domains,
    }
    return tuple(ground for ground, holds in found.items() if holds)


_INITIALS: dict[str, str] = {
    "mbp": "miejska biblioteka publiczna",
    "gbp": "gminna biblioteka publiczna",
    "mgbp": "miejsko gminna biblioteka publiczna",
    "pbp": "powiatowa biblioteka publiczna",
    "pimbp": "powiatowa i miejska biblioteka publiczna",
    "wbp": "wojewódzka biblioteka publiczna",
    "bp": "biblioteka publiczna",
    "gok": "gminny ośrodek kultury",
    "mok": "miejski ośrodek kultury",
}


def institution(name: str) -> str:
    """Return a name in the shape in which two ways of writing it are equal.

    >>> institution("MBP w Kłodawie") == institution("Miejska  Biblioteka Publiczna w Kłodawie")
    True
    """
    words: list[str] = re.findall(r"\w+", normalize("NFC", name).casefold())
    return " ".join(_INITIALS.get(word, word) for word in words)


_SHARED_DOMAINS = frozenset(
    [
        "wp.pl",
        "onet.pl",
        "onet.eu",
        "o2.pl",
        "interia.pl",
        "interia.eu",
        "interia.com",
        "op.pl",
        "vp.pl",
        "poczta.onet.pl",
        "poczta.fm",
        "tlen.pl",
        "go2.pl",
        "gazeta.pl",
        "buziaczek.pl",
        "autograf.pl",
        "spoko.pl",
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
    ]
)
# A town hall's domain is shared by everything the town runs: it says no more than the commune does.
_MUNICIPAL = re.compile(r"(^|\.)(gov\.pl$|bip\.|(um|ug|umig|gmina|miasto|powiat|starostwo|urzad)[-.\w]*\.)")


def mail_domain(address: str) -> str:
    """Return the domain that says where somebody belongs; "" for common and municipal ones.

    >>> mail_domain("Anna@Biblioteka.Example.pl"), mail_domain("anna@wp.pl"), mail_domain("anna@um.example.pl")
    ('biblioteka.example.pl', '', '')
    """
    domain = address.strip().casefold().rpartition("@")[2] if "@" in address else ""
    return "" if domain in _SHARED_DOMAINS or _MUNICIPAL.search(domain) else domain


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
