"""Answers to the default round's form that may be sent as they are."""

from typing import Any

COMPLETE: dict[str, Any] = {
    "a0_track": "library",
    "a1_name": "Gminna Biblioteka Publiczna w Zalesiu",
    "a2_founding_authority": "Gmina Zalesie",
    "a3_nip": "5213017228",
    "a4_regon": "123456785",
    "a5_register": "RIK 12 Gmina Zalesie",
    "a6_street": "ul. Lipowa 3",
    "a6_postal_code": "21-512",
    "a6_town": "Zalesie",
    "a6_voivodeship": "lubelskie",
    "a6_teryt": "0601012",
    "a6_commune_kind": "rural",
    "a6_population": "9 000",
    "a6_population_date": "2025-12-31",
    "a7_edelivery": "",
    "a8_signatory": "Maria Zielińska",
    "a8_function": "dyrektorka",
    "a9_contact": "Anna Wójcik",
    "a9_email": "anna@example.org",
    "a9_phone": "+48 600 100 200",
    "a10_earlier": "no",
    "b1_title": "Biblioteka nocnych marków",
    "b2_sentence": "Sprawdzimy, czy otwarta do północy biblioteka przyciągnie uczniów po praktykach.",
    "b3_summary": "Przez osiem tygodni otwieramy bibliotekę wieczorami i liczymy powroty, a nie wejścia.",
    "b4_places": "Czytelnia przy ul. Lipowej 3",
    "b5_dates": {"from": "2027-05-04", "to": "2027-09-30"},
    "c1_need": "W ankiecie uczniowie napisali, że po praktykach nie mają gdzie się spotkać.",
    "c2_hypothesis": "Sama obecność – światło, herbata i ktoś dorosły – wystarczy, by dwadzieścia osób wróciło.",
    "c3_audience": [{"group": "Uczniowie szkoły branżowej", "number": "40"}],
    "c4_failure": "Dowiemy się, że brakuje nie miejsca, lecz powodu, żeby przyjść.",
    "d1_activities": [
        {"what": "Dyżury wieczorne", "from": "2027-05-04", "to": "2027-06-30", "who": "Anna Wójcik"},
        {"what": "Podsumowanie i poradnik", "from": "2027-09-01", "to": "2027-09-30", "who": "Maria Zielińska"},
    ],
    "d2_results": [{"result": "Powroty", "target": "20 osób po raz trzeci", "verification": "lista powrotów"}],
    "d3_risks": [],
    "d4_accessibility": "Wejście bez progu, pętla indukcyjna, cichy kąt.",
    "e1_team": "Anna prowadzi dyżury, Maria rozlicza.",
    "e2_partners": [{"name": "Szkoła branżowa", "contribution": "zaprasza uczniów"}],
    "e3_volunteers": "2",
    "e3_hours": "20",
    "f1_repeat": "Poradnik z kosztami i listą powrotów do druku.",
    "f2_products": ["guide"],
    "g1_budget": [
        {
            "group": "salaries",
            "cost": "Dyżury wieczorne",
            "activity": "1",
            "quantity": "64",
            "unit": "godzina",
            "unit_price": "30,00",
            "grant": "1 920,00",
            "own_cash": "",
            "own_work": "",
            "own_in_kind": "",
        },
        {
            "group": "materials",
            "cost": "Lampy, termosy, koce",
            "activity": "1",
            "quantity": "1",
            "unit": "komplet",
            "unit_price": "1 180,00",
            "grant": "1 080,00",
            "own_cash": "100,00",
            "own_work": "",
            "own_in_kind": "",
        },
        {
            "group": "volunteering",
            "cost": "Pomoc przy dyżurach",
            "activity": "1",
            "quantity": "20",
            "unit": "godzina",
            "unit_price": "35",
            "grant": "",
            "own_cash": "",
            "own_work": "700",
            "own_in_kind": "",
        },
    ],
    "g2_justification": "",
    "g3_less": "yes",
    "g3_from": "2 500",
    "h2_film": "",
    "i1_declarations": dict.fromkeys(
        ("truth", "arrears", "statute", "double_funding", "privacy", "publication", "rights", "regulations"), "1"
    ),
}


def as_sent(answers: dict[str, Any]) -> dict[str, Any]:
    """Write answers as a browser sends them: one name for each box of the form."""
    sent: dict[str, Any] = {}
    for key, value in answers.items():
        match value:
            case dict():
                sent |= {f"{key}-{part}": "y" if key == "i1_declarations" else text for part, text in value.items()}
            case [dict(), *_]:
                sent |= {f"{key}-{place}-{name}": cell for place, row in enumerate(value) for name, cell in row.items()}
            case _:
                sent[key] = value
    return sent


def of_section(letter: str, **changes: Any) -> dict[str, Any]:
    """Return the complete answers of one section as a browser sends them, some changed."""
    return as_sent({key: value for key, value in (COMPLETE | changes).items() if key.startswith(letter)})
