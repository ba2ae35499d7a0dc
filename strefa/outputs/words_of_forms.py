"""Sentences about templates of rounds, answers, budgets and formal criteria."""

from typing import Any

from strefa.infra.i18n import _l
from strefa.outputs.plural import Plural
from strefa.rules.refusal import Reason

_OF_TEMPLATES: dict[Reason, Any] = {
    Reason.TEMPLATE_UNREADABLE: _l(
        "Pliku nie da się odczytać jako YAML. Sprawdź w tym miejscu wcięcia, dwukropki i cudzysłowy."
    ),
    Reason.TEMPLATE_REPEATED_KEY: _l("Klucz „%(key)s” jest tu drugi raz. Zostaw jeden."),
    Reason.TEMPLATE_UNKNOWN_KEY: _l("Nieznany klucz „%(key)s”. Usuń go albo popraw; znane tu klucze: %(known)s."),
    Reason.TEMPLATE_MISSING_KEY: _l("Brakuje klucza „%(key)s”. Dopisz go."),
    Reason.TEMPLATE_NEEDS_KEYS: _l("„%(key)s” powinno mieć pod sobą klucze z wartościami."),
    Reason.TEMPLATE_NEEDS_LIST: _l("„%(key)s” powinno być listą: każda pozycja w nowym wierszu, po myślniku."),
    Reason.TEMPLATE_NEEDS_TEXT: _l("„%(key)s” powinno być tekstem."),
    Reason.TEMPLATE_NEEDS_NUMBER: _l(
        "„%(key)s” powinno być liczbą, a jest „%(value)s”. Ułamek zapisz z kropką, na przykład 0.4."
    ),
    Reason.TEMPLATE_NEEDS_AMOUNT: _l("„%(key)s” powinno być kwotą w złotych, na przykład 8000.00, a jest „%(value)s”."),
    Reason.TEMPLATE_NEEDS_DATE: _l(
        "„%(key)s” powinno być datą, na przykład 2027-02-11 albo 2027-02-11 15:00, a jest „%(value)s”."
    ),
    Reason.TEMPLATE_NEEDS_YES_NO: _l("„%(key)s” powinno mieć wartość true (tak) albo false (nie), a jest „%(value)s”."),
    Reason.TEMPLATE_UNKNOWN_VALUE: _l("„%(value)s” nie jest tu znane. Wpisz jedną z wartości: %(known)s."),
    Reason.TEMPLATE_NO_SUCH_DATE: _l(
        "Daty „%(value)s” nie ma w kalendarzu albo tej godziny nie ma na zegarze. Popraw ją."
    ),
    Reason.TEMPLATE_EMPTY_TEXT: _l("Tekst „%(key)s” jest pusty. Każdy tekst jest potrzebny po polsku i po angielsku."),
    Reason.TEMPLATE_NOTHING_LISTED: _l(
        "Lista „%(key)s” jest pusta albo jej brakuje. Dopisz co najmniej jedną pozycję."
    ),
    Reason.TEMPLATE_REPEATED_VALUE: _l("„%(value)s” jest na liście drugi raz. Każda pozycja musi mieć inny klucz."),
    Reason.TEMPLATE_UNKNOWN_REFERENCE: _l("„%(value)s” odsyła do czegoś, czego w tym pliku nie ma. Popraw nazwę."),
    Reason.TEMPLATE_OUT_OF_ORDER: _l("%(value)s jest przed %(before)s, a powinno być po. Popraw kolejność."),
    Reason.TEMPLATE_NO_MONEY: _l("Ta kwota musi być większa od zera."),
    Reason.TEMPLATE_NO_TIME: _l("Ten czas musi być dłuższy od zera."),
    Reason.TEMPLATE_GRANTS_REVERSED: _l(
        "Największa dotacja, %(most_grosze)s, jest mniejsza od najmniejszej, %(least_grosze)s. Popraw jedną z nich."
    ),
    Reason.TEMPLATE_SCALE: _l("Najwyższa ocena (%(most)s) musi być większa od najniższej (%(least)s). Popraw skalę."),
    Reason.TEMPLATE_OUT_OF_RANGE: _l("Wartość %(value)s jest poza zakresem od %(least)s do %(most)s."),
    Reason.TEMPLATE_WEIGHTS: _l("Wagi kryteriów dają razem %(sum)s, a powinny dać 100. Popraw wagi."),
    Reason.TEMPLATE_KEY_FORM: _l(
        "„%(value)s” nie nadaje się na klucz. Użyj małych liter bez polskich znaków, cyfr i podkreśleń"
        " (w adresie edycji – myślników)."
    ),
    Reason.TEMPLATE_PREFIX_FORM: _l(
        "„%(value)s” nie nadaje się na początek numerów. Użyj wielkich liter, cyfr i myślników, na przykład SE-2027."
    ),
    Reason.TEMPLATE_WITHOUT_BUDGET: _l(
        "Formularz nie pyta o pieniądze. Dodaj wymagane pole budżetu (kind: budget, means: budget, required: true)."
    ),
    Reason.TEMPLATE_TEXT_TOO_LONG: _l("Tekst ma %(length)s znaków, a może mieć najwyżej %(limit)s. Skróć go."),
}

_OF_ANSWERS: dict[Reason, Any] = {
    Reason.ANSWER_MISSING: _l("Brakuje odpowiedzi. Uzupełnij to pole."),
    Reason.ANSWER_TOO_LONG: Plural(
        "Tekst jest o %(over)s znak za długi (limit: %(limit)s). Nic nie zostało obcięte – skróć go, gdy zechcesz.",
        "Tekst jest o %(over)s znaków za długi (limit: %(limit)s). Nic nie zostało obcięte – skróć go, gdy zechcesz.",
        "over",
    ),
    Reason.ANSWER_NOT_A_NUMBER: _l("„%(typed)s” nie jest liczbą. Wpisz ją cyframi."),
    Reason.ANSWER_BELOW_ZERO: _l("„%(typed)s” to mniej niż zero. Wpisz 0 albo liczbę większą."),
    Reason.ANSWER_NOT_WHOLE: _l("„%(typed)s” nie jest liczbą całkowitą. Wpisz ją bez ułamka."),
    Reason.ANSWER_TOO_SMALL: _l("„%(typed)s” to za mało. Wpisz liczbę nie mniejszą niż %(least)s."),
    Reason.ANSWER_TOO_LARGE: _l("„%(typed)s” to za dużo. Wpisz liczbę nie większą niż %(most)s."),
    Reason.ANSWER_NOT_A_DATE: _l("„%(typed)s” nie jest datą z kalendarza. Wybierz dzień, miesiąc i rok."),
    Reason.ANSWER_NOT_A_LINK: _l("„%(typed)s” nie jest adresem strony. Wklej cały adres, od https:// do końca."),
    Reason.ANSWER_NOT_OFFERED: _l("Takiej odpowiedzi nie ma na liście. Wybierz jedną z podanych."),
    Reason.DATES_REVERSED: _l("Koniec (%(ends)s) jest przed początkiem (%(begins)s). Popraw jedną z dat."),
    Reason.DATE_BEFORE_FRAME: _l(
        "%(day)s to za wcześnie: eksperymenty w tej edycji zaczynają się najwcześniej %(first)s. Wybierz późniejszy dzień."
    ),
    Reason.DATE_AFTER_FRAME: _l(
        "%(day)s to za późno: eksperymenty w tej edycji kończą się najpóźniej %(last)s. Wybierz wcześniejszy dzień."
    ),
    Reason.ACTIVITY_OUTSIDE_DATES: _l(
        "%(day)s jest poza terminami eksperymentu (od %(first)s do %(last)s). Popraw ten dzień albo terminy."
    ),
    Reason.TOO_MANY_ROWS: Plural(
        "Jest o %(over)s wiersz za dużo (najwyżej %(most)s). Usuń go albo połącz z innym.",
        "Jest o %(over)s wierszy za dużo (najwyżej %(most)s). Usuń je albo połącz z innymi.",
        "over",
    ),
    Reason.TERYT_OF_OTHER_VOIVODESHIP: _l(
        "Kod TERYT należy do innego województwa (%(of_code)s) niż wybrane (%(voivodeship)s). Popraw jedno z nich."
    ),
    Reason.DECLARATION_MISSING: _l("Brakuje oświadczenia „%(declaration)s”. Przeczytaj je i zaznacz."),
    Reason.DECLARATION_OUTDATED: _l(
        "Treść oświadczenia „%(declaration)s” zmieniła się (teraz wersja %(version)s). Przeczytaj ją i zaznacz ponownie."
    ),
    Reason.TOO_MANY_FILES: Plural(
        "Jest o %(over)s plik za dużo (najwyżej %(most)s). Usuń zbędny.",
        "Jest o %(over)s plików za dużo (najwyżej %(most)s). Usuń zbędne.",
        "over",
    ),
    Reason.FILE_TOO_LARGE: _l(
        "Plik „%(name)s” jest za duży: ma około %(size_bytes)s, a może mieć najwyżej %(most_bytes)s. Zmniejsz go albo podziel."
    ),
    Reason.FILES_TOO_LARGE_TOGETHER: _l(
        "Pliki mają razem około %(size_bytes)s, a mogą mieć najwyżej %(most_bytes)s. Zmniejsz któryś albo usuń."
    ),
    Reason.FILE_OF_OTHER_TYPE: _l("Pliku „%(name)s” nie można dołączyć. Zapisz go jako jeden z rodzajów: %(types)s."),
    Reason.FILE_NOT_CHOSEN: _l("Nie wybrano żadnego pliku. Wskaż plik na swoim komputerze i wyślij go jeszcze raz."),
    Reason.FILE_EMPTY: _l("Plik „%(name)s” jest pusty. Sprawdź go na swoim komputerze i wyślij jeszcze raz."),
    Reason.FILE_DISGUISED: _l(
        "Plik „%(name)s” nie jest plikiem %(type)s, choć tak się nazywa. Otwórz go w programie, w którym powstał,"
        " i zapisz jako %(type)s."
    ),
    Reason.FILE_BROKEN: _l(
        "Plik „%(name)s” jest uszkodzony i jury go nie otworzy. Otwórz go u siebie, zapisz od nowa i wyślij jeszcze raz."
    ),
    Reason.FILE_ENCRYPTED: _l(
        "Plik „%(name)s” jest zabezpieczony hasłem. Zapisz go bez hasła albo wydrukuj do nowego pliku PDF i wyślij ten."
    ),
    Reason.FILE_OF_OLD_FORMAT: _l(
        "Plik „%(name)s” ma stary format, sprzed 2007 roku. Otwórz go i zapisz jako %(type)s albo jako PDF."
    ),
    Reason.FILE_WITH_MACROS: _l(
        "Plik „%(name)s” zawiera makra, a takich nie przyjmujemy. Zapisz go bez makr, na przykład jako .docx, albo jako PDF."
    ),
    Reason.FILE_KEPT_WITH_MACROS: _l(
        "Plik „%(name)s” jest rodzaju, który zawiera makra, a takich nie przyjmujemy. Otwórz go, wybierz „Zapisz jako” i jeden z"
        " rodzajów: %(types)s."
    ),
    Reason.FILE_REACHES_OUT: _l(
        "Plik „%(name)s” sięga po coś spoza siebie, na przykład po szablon z sieci. Zapisz go jako PDF i wyślij jeszcze raz."
    ),
    Reason.FILE_UNPACKS_TOO_LARGE: _l(
        "Plik „%(name)s” po rozpakowaniu byłby zbyt duży. Zmniejsz zdjęcia w dokumencie albo zapisz go jako PDF."
    ),
    Reason.FILE_TOO_MANY_PIXELS: _l(
        "Zdjęcie „%(name)s” jest za duże: najwyżej 50 milionów punktów. Zmniejsz je i wyślij jeszcze raz."
    ),
    Reason.FILE_GREW: _l(
        "Zdjęcie „%(name)s” po zamianie na zwykły plik byłoby za duże. Zmniejsz je i wyślij jeszcze raz."
    ),
    Reason.FILE_TOO_HARD: _l(
        "Pliku „%(name)s” nie udało się otworzyć, bo jest zbyt złożony. Wydrukuj go do nowego pliku PDF i wyślij ten."
    ),
    Reason.FILE_INFECTED: _l(
        "W pliku „%(name)s” program antywirusowy znalazł zagrożenie: %(virus)s. Usuń ten plik, sprawdź swój komputer"
        " i dołącz czystą kopię."
    ),
    Reason.FILES_OVER_QUOTA: _l(
        "Pliki tej organizacji w tej edycji zajęłyby razem %(size_bytes)s, a mogą najwyżej %(most_bytes)s; liczą się też"
        " usunięte. Zmniejsz plik albo napisz do biura konkursu."
    ),
    Reason.PDF_WITHOUT_PAGES: _l(
        "W pliku „%(name)s” nie ma żadnej strony. Otwórz dokument, z którego powstał, i zapisz go jako PDF jeszcze raz."
    ),
    Reason.PDF_TOO_MANY_PAGES: _l(
        "Plik „%(name)s” ma za dużo stron: najwyżej 2000. Zostaw w nim to, co ważne dla wniosku."
    ),
    Reason.ACCEPTS_MORE_THAN_ASKED: _l(
        "Najmniejsza kwota (%(from_grosze)s) jest większa od wnioskowanej dotacji (%(asked_grosze)s). Wpisz mniejszą."
    ),
    Reason.OUTSIDE_TERRITORY: _l(
        "Województwo (%(voivodeship)s) jest poza obszarem tej edycji. Wniosek może złożyć organizacja z: %(places)s."
        " Jeśli adres jest inny, popraw go."
    ),
    Reason.ELIGIBLE_TRACK: _l("Kto składa: %(track)s."),
    Reason.ELIGIBLE_TRACK_UNKNOWN: _l("Kto może złożyć: %(tracks)s. Wybierzesz to na początku formularza."),
    Reason.ELIGIBLE_ANYWHERE: _l("Miejsce: edycja jest dla całej Polski."),
    Reason.ELIGIBLE_TERRITORY: _l("Miejsce: województwo (%(voivodeship)s) jest w obszarze edycji."),
    Reason.ELIGIBLE_TERRITORY_UNKNOWN: _l(
        "Miejsce: edycja jest dla organizacji z: %(places)s. Województwa jeszcze nie znamy, podasz je na początku formularza."
    ),
    Reason.ELIGIBLE_ANY_POPULATION: _l("Liczba mieszkańców gminy: edycja jej nie ogranicza."),
    Reason.ELIGIBLE_POPULATION: _l("Liczba mieszkańców gminy: %(population)s, a może być najwyżej %(most)s."),
    Reason.ELIGIBLE_POPULATION_UNKNOWN: _l(
        "Liczba mieszkańców gminy: najwyżej %(most)s. Nie znamy jej jeszcze, podasz ją na początku formularza."
    ),
    Reason.ELIGIBLE_NUMBER: _l("Liczba wniosków: złożone w tej edycji %(sent)s, a może być najwyżej %(allowed)s."),
    Reason.TOO_MANY_APPLICATIONS: Plural(
        "Ta organizacja złożyła już w tej edycji %(sent)s wniosek, a może najwyżej %(allowed)s."
        " Wycofaj poprzedni, jeśli chcesz złożyć ten.",
        "Ta organizacja złożyła już w tej edycji %(sent)s wniosków, a może najwyżej %(allowed)s."
        " Wycofaj jeden z nich, jeśli chcesz złożyć ten.",
        "sent",
    ),
}

_OF_BUDGETS: dict[Reason, Any] = {
    Reason.BUDGET_SOURCES_DIFFER: _l(
        "Pozycja %(row)s kosztuje %(total_grosze)s, a dotacja i wkład własny dają razem %(sources_grosze)s."
        " Popraw podział o %(difference_grosze)s."
    ),
    Reason.BUDGET_ACTIVITY_UNKNOWN: _l(
        "Pozycja %(row)s: w planie nie ma działania nr %(activity)s. Dopisz je w planie albo popraw numer."
    ),
    Reason.BUDGET_ACTIVITY_TOO_EARLY: _l(
        "Pozycja %(row)s: działanie nr %(activity)s zaczyna się %(begins)s, a koszty mogą powstać najwcześniej %(first)s."
        " Popraw datę działania."
    ),
    Reason.BUDGET_UNIT_PRICE_TOO_HIGH: _l(
        "Pozycja %(row)s: cena %(price_grosze)s jest za wysoka, w tej grupie najwyżej %(most_grosze)s. Zmniejsz ją."
    ),
    Reason.BUDGET_NOTE_MISSING: _l(
        "Pozycje droższe niż %(limit_grosze)s wymagają uzasadnienia (wiersze: %(rows)s). Napisz tutaj, skąd te ceny."
    ),
    Reason.BUDGET_OWN_SHARE_TOO_LOW: _l(
        "Wkład własny to %(percent)s %% dotacji, a potrzeba %(least_percent)s %%. Brakuje %(missing_grosze)s."
    ),
    Reason.BUDGET_GROUP_SHARE_TOO_HIGH: _l(
        "Grupa „%(group)s” to %(percent)s %% dotacji, a może najwyżej %(most_percent)s %%."
        " Zmniejsz dotację w tej grupie o %(over_grosze)s."
    ),
    Reason.BUDGET_ASKS_NOTHING: _l("Budżet o nic nie prosi: wpisz, jaką część kosztów pokryje dotacja."),
    Reason.BUDGET_GRANT_TOO_LOW: _l(
        "Wnioskowana dotacja (%(grant_grosze)s) jest mniejsza od najmniejszej w tej edycji: %(least_grosze)s. Zwiększ ją."
    ),
    Reason.BUDGET_GRANT_TOO_HIGH: _l(
        "Wnioskowana dotacja (%(grant_grosze)s) jest większa od największej w tej edycji: %(most_grosze)s. Zmniejsz ją."
    ),
}

_OF_FORMAL_CHECK: dict[Reason, Any] = {
    Reason.FORMAL_IN_TIME: _l("Wniosek wpłynął: %(arrived)s. Koniec naboru: %(closes)s."),
    Reason.FORMAL_LATE_ALLOWED: _l(
        "Wniosek wpłynął po zamknięciu naboru (%(closes)s): %(arrived)s, ale dopuszczono go wyjątkowo do: %(until)s."
        " Powód: %(because)s"
    ),
    Reason.FORMAL_RIGHT_FORM: _l("Wniosek jest na formularzu tej edycji (suma kontrolna zaczyna się od %(hash)s)."),
    Reason.FORMAL_COMPLETE: _l("Są wszystkie wymagane odpowiedzi i każda jest poprawna."),
    Reason.FORMAL_TERRITORY_FITS: _l("Województwo: %(voivodeship)s; mieszkańców: %(population)s."),
    Reason.FORMAL_DATES_FIT: _l("Eksperyment trwa od %(begins)s do %(ends)s, w czasie edycji."),
    Reason.FORMAL_AMOUNT_FITS: _l("Dotacja %(grant_grosze)s jest między %(least_grosze)s a %(most_grosze)s."),
    Reason.FORMAL_OWN_SHARE_FITS: _l(
        "Wkład własny to %(percent)s %% dotacji; potrzeba co najmniej %(least_percent)s %%."
    ),
    Reason.FORMAL_NUMBER_FITS: _l(
        "Wniosków tej organizacji (i z tym samym NIP): %(number)s; dopuszczalnych: %(allowed)s."
    ),
    Reason.FORMAL_DECLARATIONS_MADE: _l("Złożono wszystkie oświadczenia (%(of)s)."),
    Reason.FORMAL_LATE: _l("Wniosek wpłynął po zamknięciu naboru: %(arrived)s. Koniec naboru: %(closes)s."),
    Reason.FORMAL_OTHER_FORM: _l("Wniosek jest na innym formularzu (suma kontrolna zaczyna się od %(hash)s)."),
    Reason.FORMAL_INCOMPLETE: Plural(
        "Do poprawy lub uzupełnienia jest %(number)s odpowiedź.",
        "Do poprawy lub uzupełnienia jest %(number)s odpowiedzi.",
        "number",
    ),
    Reason.FORMAL_OUTSIDE_TERRITORY: _l(
        "Województwo (%(voivodeship)s) jest poza obszarem edycji albo nie zgadza się z kodem TERYT."
    ),
    Reason.FORMAL_POPULATION_TOO_LARGE: _l("Gmina ma %(population)s mieszkańców, a może mieć najwyżej %(most)s."),
    Reason.FORMAL_DATES_OUTSIDE_FRAME: _l(
        "Terminy (od %(begins)s do %(ends)s albo daty działań) wychodzą poza czas edycji: od %(first)s do %(last)s."
    ),
    Reason.FORMAL_AMOUNT_OUTSIDE_LIMITS: _l(
        "Dotacja %(grant_grosze)s jest poza limitami: od %(least_grosze)s do %(most_grosze)s."
    ),
    Reason.FORMAL_OWN_SHARE_TOO_LOW: _l(
        "Wkład własny to %(percent)s %% dotacji, a potrzeba %(least_percent)s %%; brakuje %(missing_grosze)s."
    ),
    Reason.FORMAL_TOO_MANY_APPLICATIONS: _l(
        "Wniosków tej organizacji (i z tym samym NIP): %(number)s; dopuszczalnych: %(allowed)s."
    ),
    Reason.FORMAL_DECLARATIONS_MISSING: _l("Brakujących lub nieaktualnych oświadczeń: %(number)s z %(of)s."),
}

WORDS_OF_FORMS: dict[Reason, Any] = _OF_TEMPLATES | _OF_ANSWERS | _OF_BUDGETS | _OF_FORMAL_CHECK
