"""What the journal says happened, in words; the code of a deed stands beside them, for whoever reads the file."""

from typing import Any

from strefa.infra.i18n import _l

DEEDS: dict[str, Any] = {
    "load_round": _l("wczytanie edycji"),
    "publish_document": _l("opublikowanie dokumentu"),
    "log_outage": _l("wpis o awarii"),
    "extend_call": _l("przedłużenie naboru"),
    "let_in_late": _l("zgoda na złożenie po terminie"),
    "set_notice": _l("komunikat na każdej stronie"),
    "end_notice": _l("zdjęcie komunikatu"),
    "freeze_rules": _l("zamrożenie zasad oceny"),
    "invite": _l("zaproszenie"),
    "invite_again": _l("ponowne wysłanie zaproszenia"),
    "claim": _l("przyjęcie zaproszenia"),
    "take_back": _l("cofnięcie zaproszenia"),
    "end_role": _l("odebranie roli"),
    "start": _l("rozpoczęcie wniosku"),
    "copy_answers": _l("skopiowanie odpowiedzi z wcześniejszego wniosku"),
    "attach": _l("dodanie załącznika"),
    "infected": _l("zagrożenie znalezione w załączniku"),
    "detach": _l("usunięcie załącznika"),
    "submit": _l("złożenie wniosku"),
    "reopen": _l("otwarcie wniosku do poprawy"),
    "remind": _l("przypomnienie o końcu naboru"),
    "ask_to_sign": _l("prośba o podpis i złożenie"),
    "restore_section": _l("przywrócenie wcześniejszego tekstu sekcji"),
    "withdraw": _l("wycofanie wniosku"),
    "late_attempt": _l("próba złożenia po terminie"),
    "decide_formally": _l("ocena formalna"),
    "take_back_formal_check": _l("cofnięcie oceny formalnej"),
    "join_panel": _l("wejście do jury"),
    "leave_panel": _l("odejście z jury"),
    "propose_assignment": _l("propozycja przydziału"),
    "apply_assignment": _l("zastosowanie przydziału"),
    "add_juror": _l("dodanie oceniającego"),
    "lack_juror": _l("brak kogoś do oceny"),
    "declare_impartiality": _l("deklaracja bezstronności"),
    "recuse": _l("wyłączenie z oceny"),
    "submit_card": _l("złożenie karty oceny"),
    "reopen_card": _l("otwarcie karty do poprawy"),
    "record_vote": _l("głosowanie jury"),
    "propose_decisions": _l("propozycja decyzji"),
    "approve_decisions": _l("zatwierdzenie decyzji"),
    "return_decisions": _l("zwrócenie propozycji"),
    "publish_decisions": _l("ogłoszenie wyników"),
    "resign": _l("rezygnacja z dotacji"),
    "promote": _l("dotacja z listy rezerwowej"),
    "rename": _l("zmiana imienia i nazwiska"),
    "send_message": _l("wysłanie listu na żądanie"),
}


def deed(verb: str) -> str:
    """Return what a verb of the journal means; one that belongs to no round stays as it is."""
    return str(DEEDS.get(verb, verb))
