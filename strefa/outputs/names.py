"""Names of states, stages and roles in the language of the page; a test finds a missing one."""

from enum import StrEnum
from typing import Any

from strefa.contest.decisions.models import Outcome
from strefa.contest.jury.models import AssignmentKind, CardStatus
from strefa.infra import i18n
from strefa.infra.i18n import _l
from strefa.infra.messages import Sending
from strefa.rules.conflicts import Ground, Relation
from strefa.rules.divergence import Trigger
from strefa.rules.lifecycle import Status, Step
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.privacy import Audience, Class
from strefa.rules.ranking import Aggregate
from strefa.rules.timetable import Phase

# Kept by type: two states of different things may have the same value.
NAMES: dict[type[StrEnum], dict[Any, Any]] = {
    Status: {
        Status.DRAFT: _l("wersja robocza"),
        Status.SUBMITTED: _l("złożony"),
        Status.REOPENED: _l("w poprawie, ważna złożona wersja"),
        Status.WITHDRAWN: _l("wycofany"),
        Status.CORRECTING: _l("wezwany do uzupełnienia"),
        Status.CORRECTED: _l("uzupełniony, do sprawdzenia"),
        Status.ELIGIBLE: _l("przeszedł ocenę formalną"),
        Status.INELIGIBLE: _l("odrzucony formalnie"),
        Status.UNCONSIDERED: _l("pozostawiony bez rozpatrzenia"),
    },
    Step: {
        Step.SAVE: _l("zapisz"),
        Step.DISCARD: _l("usuń wersję roboczą"),
        Step.SUBMIT: _l("złóż"),
        Step.REOPEN: _l("otwórz do poprawy"),
        Step.WITHDRAW: _l("wycofaj"),
        Step.PASS: _l("przepuść"),
        Step.FAIL: _l("odrzuć"),
        Step.TAKE_BACK: _l("cofnij ocenę formalną"),
        Step.TAKE_BACK_MENDED: _l("cofnij ocenę formalną po uzupełnieniu"),
        Step.REQUEST: _l("wezwij do uzupełnienia"),
        Step.EXTEND: _l("przedłuż termin uzupełnienia"),
        Step.CANCEL: _l("cofnij wezwanie"),
        Step.CANCEL_ANOTHER: _l("cofnij kolejne wezwanie"),
        Step.LAPSE: _l("pozostaw bez rozpatrzenia"),
    },
    Role: {
        Role.APPLICANT: _l("wnioskodawca"),
        Role.JUROR: _l("juror"),
        Role.CHAIR: _l("przewodniczenie jury"),
        Role.COORDINATOR: _l("koordynacja programu"),
        Role.APPROVER: _l("zatwierdzanie decyzji"),
        Role.AUDITOR: _l("kontrola"),
        Role.ADMINISTRATOR: _l("administracja"),
    },
    Audience: {
        Audience.APPLICANT: _l("dla wnioskodawców"),
        Audience.JUROR: _l("dla jury"),
        Audience.STAFF: _l("dla prowadzących konkurs"),
    },
    Class: {
        Class.DRAFT: _l("niezłożony"),
        Class.UNSUCCESSFUL: _l("bez dotacji"),
        Class.FUNDED: _l("z dotacją"),
    },
    OrganisationRole: {
        OrganisationRole.EDITOR: _l("redakcja wniosku"),
        OrganisationRole.ACCOUNTANT: _l("księgowość (kosztorys)"),
        OrganisationRole.SIGNATORY: _l("podpis (składa wniosek)"),
        OrganisationRole.READER: _l("wgląd"),
    },
    Phase: {
        Phase.BEFORE: _l("przed ogłoszeniem"),
        Phase.ANNOUNCED: _l("ogłoszenie"),
        Phase.CALL: _l("nabór wniosków"),
        Phase.SCREENING: _l("ocena formalna"),
        Phase.CORRECTIONS: _l("uzupełnienia"),
        Phase.CALIBRATION: _l("kalibracja jury"),
        Phase.SCORING: _l("ocena jury"),
        Phase.THIRD_SCORING: _l("trzecie oceny"),
        Phase.MEETING: _l("posiedzenie jury"),
        Phase.RESULTS: _l("ogłoszenie wyników"),
        Phase.APPEALS: _l("odwołania"),
        Phase.AGREEMENTS: _l("umowy"),
        Phase.REPORT: _l("sprawozdania"),
        Phase.BETWEEN: _l("między etapami"),
        Phase.OVER: _l("edycja zakończona"),
    },
    AssignmentKind: {
        AssignmentKind.FIRST: _l("pierwszy przydział"),
        AssignmentKind.REPLACEMENT: _l("zastępstwo"),
        AssignmentKind.THIRD: _l("trzecia ocena"),
    },
    Trigger: {
        Trigger.MARGIN: _l("różnica ponad margines"),
        Trigger.ACROSS_THRESHOLD: _l("po obu stronach progu"),
        Trigger.ON_REQUEST: _l("na prośbę oceniającego"),
    },
    Ground: {
        Ground.APPLICANT_IN_ROUND: _l("składa własny wniosek w tej edycji"),
        Ground.ORGANISATION: _l("ta sama organizacja"),
        Ground.VOIVODESHIP: _l("to samo województwo"),
        Ground.DECLARED: _l("wyłączenie zgłoszone w deklaracji"),
        Ground.ORGANISATION_NAME: _l("podobna nazwa organizacji"),
        Ground.COMMUNE: _l("ta sama gmina"),
        Ground.MAIL_DOMAIN: _l("ta sama domena poczty"),
    },
    Relation: {
        Relation.APPLICANT: _l("składam wniosek w tej edycji albo jestem we władzach wnioskodawcy"),
        Relation.KIN: _l(
            "małżeństwo, pokrewieństwo lub powinowactwo, przysposobienie, opieka albo wspólne życie"
            " z wnioskodawcą lub kimś z jego władz"
        ),
        Relation.WORK: _l(
            "w ostatnich 3 latach praca, zlecenie, wynagrodzenie albo członkostwo we władzach wnioskodawcy"
        ),
        Relation.VOIVODESHIP: _l("wniosek z mojego województwa"),
        Relation.DOUBT: _l("inna relacja, która budzi uzasadnione wątpliwości"),
    },
    CardStatus: {
        CardStatus.DRAFT: _l("w przygotowaniu"),
        CardStatus.SUBMITTED: _l("złożona"),
    },
    Outcome: {
        Outcome.FUNDED: _l("dotacja"),
        Outcome.PARTIAL: _l("dotacja częściowa"),
        Outcome.RESERVE: _l("lista rezerwowa"),
        Outcome.REFUSED: _l("bez dotacji"),
        Outcome.RESIGNED: _l("rezygnacja"),
    },
    Aggregate: {
        Aggregate.MEAN: _l("średnia"),
        Aggregate.MEDIAN: _l("mediana"),
        Aggregate.TRIMMED: _l("średnia bez skrajnych"),
    },
    Sending: {
        Sending.WAITING: _l("czeka na wysłanie"),
        Sending.SENT: _l("wysłana"),
        Sending.KEPT: _l("do odczytania tutaj"),
        Sending.FAILED: _l("nie udało się wysłać"),
    },
}

BACKGROUNDS = {"librarian": _l("bibliotekarka lub bibliotekarz"), "other": _l("spoza bibliotek")}
ACTIVE = {
    "attachment": _l("osadzone pliki"),
    "javascript": _l("skrypt"),
    "launch": _l("polecenie uruchomienia programu"),
    "xfa": _l("formularz XFA"),
}
"""What a file holds that would run by itself."""

CATEGORIES = {"library": _l("biblioteka"), "ngo": _l("organizacja z biblioteką")}

ENGLISH_VOIVODESHIPS = {
    "dolnośląskie": "Lower Silesian",
    "kujawsko-pomorskie": "Kuyavian-Pomeranian",
    "lubelskie": "Lublin",
    "lubuskie": "Lubusz",
    "łódzkie": "Lodz",
    "małopolskie": "Lesser Poland",
    "mazowieckie": "Masovian",
    "opolskie": "Opole",
    "podkarpackie": "Subcarpathian",
    "podlaskie": "Podlasie",
    "pomorskie": "Pomeranian",
    "śląskie": "Silesian",
    "świętokrzyskie": "Holy Cross",
    "warmińsko-mazurskie": "Warmian-Masurian",
    "wielkopolskie": "Greater Poland",
    "zachodniopomorskie": "West Pomeranian",
}

LETTERS = {  # by template, as the office calls them
    "address_changed": _l("adres konta zmieniony"),
    "address_changing": _l("prośba o zmianę adresu konta"),
    "assigned": _l("wnioski do oceny"),
    "call_extended": _l("przedłużenie naboru"),
    "card_reopened": _l("karta oceny otwarta do poprawy"),
    "confirm_address": _l("potwierdzenie adresu"),
    "confirm_new_address": _l("potwierdzenie nowego adresu konta"),
    "correction_request": _l("wezwanie do uzupełnienia"),
    "corrections_cancelled": _l("wezwanie do uzupełnienia cofnięte"),
    "corrections_extended": _l("dłuższy termin uzupełnienia"),
    "corrections_reminder": _l("przypomnienie o terminie uzupełnienia"),
    "decisions_proposed": _l("decyzje czekają na zatwierdzenie"),
    "decisions_returned": _l("propozycja decyzji wróciła do poprawy"),
    "erasure_done": _l("dane usunięte"),
    "erasure_refused": _l("odmowa usunięcia danych"),
    "first_password": _l("pierwsze hasło"),
    "formal_passed": _l("wniosek przeszedł ocenę formalną"),
    "formal_result": _l("wynik oceny formalnej"),
    "invitation_organisation": _l("zaproszenie do organizacji"),
    "infected": _l("zagrożenie w pliku"),
    "invitation_round": _l("zaproszenie do edycji"),
    "juror_missing": _l("wniosek nie ma oceniającego"),
    "known_address": _l("konto już jest"),
    "no_account": _l("konta nie ma"),
    "password_changed": _l("hasło zmienione"),
    "receipt": _l("potwierdzenie złożenia wniosku"),
    "recovery_code_used": _l("użyto kodu zapasowego"),
    "reset_password": _l("nowe hasło"),
    "resigned": _l("rezygnacja z dotacji przyjęta"),
    "result": _l("wynik konkursu"),
    "roles_changed": _l("zmiana ról w organizacji"),
    "exception_taken_back": _l("cofnięcie zgody na złożenie po terminie"),
    "late_exception": _l("zgoda na złożenie po terminie"),
    "unconsidered": _l("wniosek pozostawiony bez rozpatrzenia"),
    "new_device": _l("kod do logowania"),
    "second_factor_forgotten": _l("drugi krok logowania wyłączony"),
    "second_factor_set": _l("drugi krok logowania włączony"),
    "reminder": _l("przypomnienie o końcu naboru"),
    "to_sign": _l("prośba o podpis"),
    "withdrawn": _l("wniosek wycofany"),
    "discarded": _l("wersja robocza usunięta"),
}


def letter(template: str) -> str:
    """Return what the letter written by a template is called; one that is no more, by its key."""
    return str(LETTERS.get(template, template))


def named(member: StrEnum | str) -> str:
    """Return the name of a state, stage or role; a background or category by its key."""
    if isinstance(member, StrEnum):
        return str(NAMES[type(member)][member])
    return str(BACKGROUNDS.get(member) or CATEGORIES.get(member) or ACTIVE.get(member) or member)


def voivodeship(name: str) -> str:
    """Return a voivodeship's name in the language of the page."""
    return ENGLISH_VOIVODESHIPS.get(name, name) if i18n.language() == "en" else name
