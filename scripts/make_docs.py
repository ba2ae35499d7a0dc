"""Write the pages of the handbook that are read from the rules: states of an application, who may do what.

With --check nothing is written; exit 1 names the pages that no longer say what the rules say.
"""

import sys
from collections.abc import Callable, Iterator
from inspect import getclosurevars
from pathlib import Path
from typing import Any

from strefa.outputs.names import named
from strefa.rules.lifecycle import SENT, STEPS, Status, Step, steps_from
from strefa.rules.policy import SECOND_FACTOR_ROLES, WAYS, May, Role

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERATED = "<!-- Powstaje z kodu: .venv/bin/python scripts/make_docs.py -->\n"

ACTS = {
    May.GIVE_LETTER_CODE: "podać kod z listu na nowym urządzeniu",
    May.GIVE_SECOND_FACTOR: "podać albo ustawić drugi krok logowania",
    May.USE_ACCOUNT: "zajrzeć do swojego konta i zmienić je",
    May.END_SIGN_IN: "zakończyć logowanie",
    May.READ_CLAUSE: "potwierdzić przeczytanie klauzuli",
    May.FETCH_EXPORT: "pobrać kopię swoich danych",
    May.WITHDRAW_ERASURE: "wycofać prośbę o usunięcie danych",
    May.MANAGE_PEOPLE: "zakładać, wyłączać i przeglądać konta",
    May.CREATE_ROUND: "założyć edycję",
    May.SET_NOTICE: "ustawić komunikat na każdej stronie i go zdjąć",
    May.SEE_MESSAGES: "otworzyć spis wiadomości",
    May.READ_MESSAGE: "przeczytać wiadomość",
    May.SEND_MESSAGE_AGAIN: "wysłać wiadomość jeszcze raz",
    May.READ_ORGANISATION: "zobaczyć organizację",
    May.MANAGE_ORGANISATION: "zmienić dane organizacji, zaprosić do niej",
    May.MANAGE_MEMBERSHIP: "zmienić czyjeś role w organizacji",
    May.TAKE_INVITATION_BACK: "cofnąć zaproszenie",
    May.SEND_INVITATION_AGAIN: "wysłać jeszcze raz zaproszenie do organizacji",
    May.APPLY: "zacząć wniosek w edycji",
    May.READ_OWN_APPLICATION: "czytać wniosek swojej organizacji",
    May.WRITE_APPLICATION: "pisać wniosek (księgowość tylko kosztorys, podpis tylko oświadczenia)",
    May.TAKE_OVER_ANSWERS: "przenieść odpowiedzi z wniosku do danych organizacji",
    May.DISCARD_APPLICATION: "usunąć wersję roboczą wniosku",
    May.SEND_APPLICATION: "złożyć i wycofać wniosek",
    May.REOPEN_APPLICATION: "otworzyć złożony wniosek do poprawy",
    May.SEE_JURY_DESK: "otworzyć stół jury",
    May.DECLARE_IMPARTIALITY: "zadeklarować bezstronność",
    May.ASSESS: "czytać wniosek jako jury i wypełnić kartę",
    May.SEE_OFFICE: "otworzyć biuro",
    May.SEE_ROUND_OFFICE: "otworzyć pulpit edycji",
    May.MANAGE_ROUND: "zmieniać edycję i publikować dokumenty",
    May.SEE_TEAM: "widzieć zespół edycji",
    May.MANAGE_TEAM: "układać zespół edycji",
    May.READ_SENT_APPLICATION: "czytać złożony wniosek w biurze",
    May.LIST_SENT_APPLICATIONS: "zobaczyć spis złożonych wniosków",
    May.CHECK_FORMALLY: "ocenić wniosek formalnie",
    May.SEE_JURY: "widzieć skład jury i przydział",
    May.MANAGE_JURY: "układać jury i przydział",
    May.REOPEN_CARD: "otworzyć złożoną kartę",
    May.SEE_SCORES: "widzieć oceny, ranking i decyzje",
    May.RECORD_VOTE: "zapisać głosowanie jury",
    May.PROPOSE_DECISIONS: "zaproponować decyzje",
    May.APPROVE_DECISIONS: "zatwierdzić albo zwrócić decyzje",
    May.PUBLISH_DECISIONS: "ogłosić wyniki",
    May.MANAGE_AWARDS: "zapisać rezygnację, dać dotację z rezerwy",
    May.SEE_PAPERS: "pobierać dokumenty i arkusze edycji",
    May.READ_JOURNAL: "czytać dziennik edycji",
    May.SEE_PRIVACY: "widzieć, kto przeczytał klauzule oraz co i kiedy zniknie",
    May.HOLD_RETENTION: "wstrzymać i zwolnić usunięcie treści wniosku",
}
CONDITIONS = {
    "signed_in": "każda zalogowana osoba",
    "own": "swoje",
    "editors_may_send": "edycja pozwala składać redakcji",
    "belongs": "należy do tej organizacji",
    "member": "redakcja w tej organizacji",
    "sent": "wniosek był złożony",
    "stands": "wersja robocza ma jeszcze treść",
    "no_juror_here": "nie jest w jury tej edycji",
    "own_assignment": "swój przydział, który trwa",
    "declared_impartial": "z deklaracją bezstronności",
    "of_no_round": "wiadomość spoza edycji",
    "not_proposer": "propozycję złożył kto inny",
}
PLACES = {
    "in_round": "rola w tej edycji",
    "anywhere": "rola w którejkolwiek edycji",
    "in_organisation": "rola w tej organizacji",
}


def states() -> str:
    """Draw what can happen to an application, as Mermaid and as a table."""
    lines = [
        "# Stany wniosku",
        "",
        GENERATED,
        "Co może się stać z wnioskiem i z którego stanu: `strefa/rules/lifecycle.py`.",
    ]
    lines += ["", "```mermaid", "stateDiagram-v2", *_diagram(), "```", ""]
    lines += ["| Stan | Identyfikator | Złożona wersja się liczy | Co można |", "|---|---|---|---|"]
    lines += [
        f"| {named(status)} | `{status}` | {'tak' if status in SENT else 'nie'} | "
        f"{', '.join(named(step) for step in steps_from(status)) or '–'} |"
        for status in Status
    ]
    lines += ["", "| Krok | Identyfikator | Skąd | Dokąd |", "|---|---|---|---|"]
    lines += [
        f"| {named(step)} | `{step}` | {named(before)} | {named(then)} |" for (before, step), then in STEPS.items()
    ]
    return "\n".join(lines) + "\n"


def _diagram() -> Iterator[str]:
    for status in Status:
        yield f'    state "{named(status)}" as {status}'
    yield f"    [*] --> {Status.DRAFT}"
    for (before, step), then in STEPS.items():
        if step is not Step.SAVE:  # saving changes the text, not the state
            yield f"    {before} --> {then}: {named(step)}"


def permissions() -> str:
    """Write who may do what as a table; each way to hold a permission is one line of its cell."""
    lines = ["# Kto co może", "", GENERATED]
    lines += [
        "Jedna tabela uprawnień: `strefa/rules/policy.py`. Wystarczy jeden ze sposobów rozdzielonych słowem *albo*; "
        "w sposobie muszą zachodzić wszystkie warunki. Administracja jest jedyną rolą poza edycjami i nie daje wglądu w oceny. "
        "Kto czegoś nie może, widzi to samo, co gdyby tego nie było (404).",
        "",
        "| Co | Identyfikator | Kto |",
        "|---|---|---|",
    ]
    for act, ways in WAYS.items():
        who = " *albo* ".join(", i ".join(map(_said, way)) for way in ways)
        lines.append(f"| {ACTS[act]} | `{act}` | {who} |")
    asked = ", ".join(named(role) for role in Role if role in SECOND_FACTOR_ROLES)
    lines += ["", f"Drugiego kroku logowania wymagają role: {asked}.", ""]
    lines += ["| Rola | Identyfikator |", "|---|---|", *(f"| {named(role)} | `{role}` |" for role in Role)]
    return "\n".join(lines) + "\n"


def _said(condition: Callable[..., Any]) -> str:
    """Say a condition in words; one made for some roles names them and the place where they are held."""
    maker = condition.__qualname__.partition(".")[0]
    if maker not in PLACES:
        return CONDITIONS[maker]
    roles = getclosurevars(condition).nonlocals["roles"]
    return f"{PLACES[maker]}: {' lub '.join(named(role) for role in roles)}"


PAGES: dict[str, Callable[[], str]] = {"stany.md": states, "uprawnienia.md": permissions}


def main(check: bool) -> int:
    """Write the pages, or compare them; returns how the program ends."""
    stale = []
    for name, made in PAGES.items():
        path, text = DOCS / name, made()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/{name} mówi co innego niż kod. Zapisze ją: .venv/bin/python scripts/make_docs.py", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
