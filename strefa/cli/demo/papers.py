"""The papers of a played round, fetched from the office's pages as the coordinator."""

from strefa.cli.demo.office import Office
from strefa.cli.demo.visitor import Surprise

WHOLE = {
    "formal_list": "ocena-formalna.pdf", "minutes": "protokol.pdf", "ranking": "lista-rankingowa.pdf",
    "report": "raport.pdf",
}  # fmt: skip
FOLDERS = {
    "application": "wnioski", "receipt": "potwierdzenia", "formal_card": "karty", "score_card": "karty",
    "consolidated_card": "karty", "letter": "pisma", "formal_letter": "pisma", "correction_request": "wezwania",
}  # fmt: skip
SHEETS = {
    "wyniki.xlsx": "arkusze/wyniki.xlsx", "scores.csv": "arkusze/SCORES.csv", "applications.csv": "arkusze/APPS.csv",
    "rules.json": "arkusze/RULES.json", "dziennik.jsonl": "dziennik/dziennik.jsonl",
}  # fmt: skip


def fetched(office: Office) -> dict[str, bytes]:
    """Fetch everything that the office hands out about the round: place in the folder to content."""
    desk, found = office.coordinator.comes().visitor, dict[str, bytes]()
    for kind, place in WHOLE.items():
        address = _listed(office, kind)
        if len(address) != 1:
            raise Surprise(f"{len(address)} papers instead of one: {place}")
        found[place] = desk.get(address[0]).content
    for kind, folder in FOLDERS.items():
        for address in _listed(office, kind):
            name = address.rpartition("/")[2]
            place = f"{_number_in(name)}.pdf" if kind == "application" else name
            found[f"{folder}/{place}"] = desk.get(address).content  # versions come in order: the last one stays
    for place, address in SHEETS.items():
        found[place] = desk.get(f"{office.address}/{address}").content
    return found


def _number_in(name: str) -> str:
    """Return the number in a paper's name: "wniosek-SE-2027-0001-2.pdf" has SE-2027-0001."""
    return name.partition("-")[2].rpartition("-")[0]


def _listed(office: Office, kind: str) -> list[str]:
    """List the addresses of the papers of a kind, over all pages.

    Raises:
        Surprise: some are not ready.
    """
    desk, here = office.coordinator.visitor, f"{office.address}/dokumenty/{kind}"
    found: list[str] = []
    for number in range(1, 1000):
        page = desk.get(f"{here}?page={number}")
        if page.tree.xpath("//tbody//*[contains(@class, 'badge') and not(contains(@class, 'good'))]"):
            raise Surprise(f"{here}: some papers are not ready")
        fresh = [link for link in page.links(f"{here}/") if link not in found]
        if not fresh:
            return found
        found += fresh
    return found
