"""Refusals of the formal check and of mending defects, in words."""

from typing import Any

from strefa.infra.i18n import _l
from strefa.outputs.plural import Plural
from strefa.rules.refusal import Reason

WORDS_OF_SCREENING: dict[Reason, Any] = {
    Reason.CALL_STILL_OPEN: _l(
        "Nabór trwa do %(closes)s: wniosek może się jeszcze zmienić. Wróć tu po zamknięciu naboru."
    ),
    Reason.MAY_STILL_ARRIVE: _l(
        "Wniosek jest otwarty do poprawy, a to, co wysłano tuż przed zamknięciem, może jeszcze dojść. Poczekaj do"
        " %(until)s: potem liczy się ostatnia złożona wersja."
    ),
    Reason.MORE_MAY_ARRIVE: _l(
        "To, co wysłano w terminie albo wolno wysłać wyjątkowo, może jeszcze dojść. Listę ogłosisz po %(until)s."
    ),
    Reason.FORMAL_NOT_JUDGED: _l("Kryterium %(criterion)s czeka na ocenę: zaznacz, czy jest spełnione."),
    Reason.FORMAL_WITHOUT_REASON: _l("Kryterium %(criterion)s nie jest spełnione: wybierz powód z listy."),
    Reason.FORMAL_WITHOUT_WORDS: _l(
        "Kryterium %(criterion)s nie jest spełnione: napisz w uwagach własnymi słowami dlaczego, co najmniej %(least)s znaków."
    ),
    Reason.NOT_TO_CORRECT: _l("Wezwanie do uzupełnienia tego nie obejmuje, więc teraz nie można tu nic zmienić."),
    Reason.CORRECTIONS_OVER: _l(
        "Termin uzupełnienia minął: %(closes)s czasu serwera. Jeśli przeszkodziła Ci awaria po naszej stronie, zadzwoń."
    ),
    Reason.NOTHING_TO_CORRECT: _l("Zaznacz, co jest do uzupełnienia: przynajmniej jedno pole albo cały wniosek."),
    Reason.DEFECT_WITHOUT_CRITERION: _l(
        "Wybierz kryterium formalne, którego to dotyczy: takie, którego braki w tej edycji można uzupełnić."
    ),
    Reason.DEFECT_WITHOUT_WORDS: _l("Napisz, co jest nie tak i jak to poprawić, co najmniej %(least)s znaków."),
    Reason.NO_REQUESTS_HERE: _l("W tej edycji nie wzywa się do uzupełnienia wniosku."),
    Reason.REQUESTED_ENOUGH: Plural(
        "W tej edycji do uzupełnienia wzywa się %(most)s raz, a ten wniosek był już wezwany.",
        "W tej edycji do uzupełnienia wzywa się najwyżej %(most)s razy, a ten wniosek był już tyle razy wezwany.",
        "most",
    ),
    Reason.FORMAL_LIST_EMPTY: _l("Nie ma jeszcze żadnego wniosku po ocenie formalnej, więc nie ma czego ogłosić."),
    Reason.FORMAL_LIST_SAME: _l(
        "Od ogłoszenia (%(published)s) nic się nie zmieniło, więc nie ma czego ogłaszać jeszcze raz."
    ),
    Reason.TERM_NOT_LATER: _l("Nowy termin musi być późniejszy niż %(closes)s."),
}
