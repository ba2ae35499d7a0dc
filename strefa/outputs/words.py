"""Every refusal in words: what is wrong and what to do. A test finds a missing sentence.

Values of a blocker are written by what they are: keys ending in `grosze` as money, moments in Polish
time, a round's own words in the language of the page.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from strefa.infra import i18n
from strefa.infra.i18n import _l, _n
from strefa.outputs.plural import Plural
from strefa.outputs.words_of_forms import WORDS_OF_FORMS
from strefa.outputs.words_of_screening import WORDS_OF_SCREENING
from strefa.rules import money
from strefa.rules.reading import written_number, written_size
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.timetable import shown_close

WORDS: dict[Reason, Any] = {
    **WORDS_OF_FORMS,
    **WORDS_OF_SCREENING,
    Reason.WRONG_STATUS: _l(
        "Tego kroku nie da się teraz zrobić. Odśwież stronę i sprawdź, na jakim etapie jest sprawa."
    ),
    Reason.CHANGED_MEANWHILE: _l("Ktoś zapisał tu zmiany przed Tobą. Porównaj oba teksty i wybierz, co zostaje."),
    Reason.CHANGED_SINCE_READ: _l(
        "Od chwili, gdy otwarto stronę, z której wysyłasz, zmieniły się sekcje: %(sections)s. Przeczytaj je i wyślij jeszcze raz."
    ),
    Reason.PREFIX_TAKEN: _l("Numery z tym początkiem ma już edycja %(slug)s. Wpisz inny początek numerów."),
    Reason.PREFIX_IN_USE: _l(
        "Wnioski tej edycji mają już numery, które zaczynają się od %(prefix)s, więc początku numerów nie można zmienić."
    ),
    Reason.SLUG_TAKEN: _l(
        "Pod adresem %(slug)s jest już inna edycja, którą prowadzi ktoś inny. Wpisz w pliku inny adres."
    ),
    Reason.ROUND_EXISTS: _l(
        "Edycja %(slug)s już jest. Zmienisz ją na jej stronie; nowej edycji wpisz w pliku inny adres (slug)."
    ),
    Reason.OTHER_ROUND: _l(
        "Ten plik ma adres %(slug)s, a zmieniasz edycję %(known)s. Przywróć adres albo wczytaj plik jako nową edycję."
    ),
    Reason.CALL_CLOSED: _l(
        "Nabór nie trwa: wnioski przyjmujemy od %(opens)s do %(closes)s czasu serwera."
        " Jeśli przeszkodziła Ci awaria po naszej stronie, zadzwoń."
    ),
    Reason.CALL_NOT_BEGUN: _l(
        "Nabór zaczyna się dopiero: %(opens)s. Do tego czasu jego koniec zmienisz w pliku edycji."
    ),
    Reason.EXTENSION_NOT_LATER: _l("Nowy koniec musi być późniejszy niż obecny: %(closes)s."),
    Reason.EXTENSION_PAST: _l("Ta chwila już minęła: podaj późniejszą."),
    Reason.EXTENSION_MEETS_CALL: _l("Następny nabór zaczyna się: %(opens)s. Ten musi się skończyć przed nim."),
    Reason.EXTENSION_NOT_CHOSEN: _l("Wybierz, którego wniosku tej organizacji dotyczy wyjątek."),
    Reason.EXCEPTION_USED: _l("Wniosek złożono już dzięki tej zgodzie, więc nie można jej cofnąć."),
    Reason.EXCEPTION_OVER: _l("Ta zgoda skończyła się sama: %(closes)s."),
    Reason.EXTENSION_NOT_FOR_THIS: _l("Tego wniosku nie można już składać: najpierw cofnij jego ocenę formalną."),
    Reason.FORMAL_CHECK_BEGUN: Plural(
        "Ocena formalna się zaczęła: %(number)s wniosek jest już oceniony. Wszystkim nie można teraz przedłużyć naboru; można dopuścić pojedynczy wniosek.",
        "Ocena formalna się zaczęła: %(number)s wniosków jest już ocenionych. Wszystkim nie można teraz przedłużyć naboru; można dopuścić pojedynczy wniosek.",
        "number",
    ),
    Reason.APPLICANT_NOT_FOUND: _l("Nie ma takiego wniosku w tej edycji ani takiej organizacji."),
    Reason.APPLICANT_UNCLEAR: _l("Pasuje kilka organizacji: %(names)s. Podaj NIP albo więcej słów z nazwy."),
    Reason.OUTAGE_REVERSED: _l("Koniec awarii jest przed jej początkiem."),
    Reason.OUTAGE_AHEAD: _l("Wpisz to, co już było: ta chwila dopiero nadejdzie."),
    Reason.NOTICE_OVER: _l("Ten czas już minął albo kończy się, zanim się zacznie."),
    Reason.TOO_MANY_TRIES: _l(
        "Za dużo prób logowania na ten adres. Odczekaj %(minutes)s minut albo ustaw nowe hasło:"
        " nowym zalogujesz się od razu."
    ),
    Reason.TOO_MANY_SIGN_UPS: _l(
        "Za dużo prób założenia konta na ten adres. Zajrzyj do poczty, także do spamu, albo spróbuj ponownie"
        " za %(minutes)s minut."
    ),
    Reason.TOO_MANY_RESETS: _l(
        "Za dużo próśb o nowe hasło na ten adres. Zajrzyj do poczty, także do spamu, albo spróbuj ponownie"
        " za %(minutes)s minut."
    ),
    Reason.TOO_MANY_PASSWORDS: _l(
        "Za dużo prób podania obecnego hasła. Odczekaj %(minutes)s minut i spróbuj ponownie."
    ),
    Reason.TOO_MANY_CODES: _l(
        "Za dużo prób podania kodu. Odczekaj %(minutes)s minut i wpisz kod, który aplikacja pokaże wtedy."
    ),
    Reason.TOO_MANY_LETTER_CODES: _l(
        "Za dużo prób podania kodu. Odczekaj %(minutes)s minut i wpisz kod z najnowszego listu."
    ),
    Reason.TOO_MANY_CODE_LETTERS: _l(
        "Za dużo próśb o kod. Zajrzyj do poczty, także do spamu, albo spróbuj ponownie za %(minutes)s minut."
    ),
    Reason.TOO_MANY_FROM_NETWORK: _l("Za dużo prób z tego łącza. Odczekaj %(minutes)s minut i spróbuj ponownie."),
    Reason.PASSWORD_MISSING: _l("Wpisz hasło."),
    Reason.PASSWORD_TOO_SHORT: _l(
        "Hasło jest za krótkie: potrzeba co najmniej %(least)s znaków. Kilka słów wystarczy."
    ),
    Reason.PASSWORD_TOO_LONG: _l("Hasło jest za długie: najwyżej %(most)s znaków."),
    Reason.PASSWORD_COMMON: _l("To hasło zna każdy, kto zgaduje hasła. Wymyśl inne."),
    Reason.ADDRESS_TAKEN: _l("Ten adres ma już inne konto. Zaloguj się na nie albo podaj inny adres."),
    Reason.CODE_WRONG: _l("Kod się nie zgadza. Wpisz aktualny kod z aplikacji albo jeden z kodów zapasowych."),
    Reason.LETTER_CODE_WRONG: _l("Kod się nie zgadza. Przepisz 6 cyfr z najnowszego listu."),
    Reason.LETTER_CODE_OLD: _l("Ten kod stracił ważność. Naciśnij „Wyślij kod jeszcze raz”, a przyjdzie list z nowym."),
    Reason.MESSAGE_SENT: _l("Ten list już wyszedł, więc drugi raz się go nie wysyła."),
    Reason.MESSAGE_GOING: _l("Ten list właśnie wychodzi. Odśwież stronę za chwilę."),
    Reason.NO_MAIL_SERVER: _l(
        "Serwer poczty nie jest ustawiony, więc nie ma czym wysłać tego listu. Można go tu przeczytać i pobrać."
    ),
    Reason.LINK_SPENT: _l("Ten link był już użyty albo stracił ważność. Poproś o nowy."),
    Reason.INVITATION_SPENT: _l("To zaproszenie zostało już przyjęte, cofnięte albo wygasło. Poproś o nowe."),
    Reason.INVITATION_WAITS: _l(
        "Zaproszenie na ten adres już czeka na odpowiedź, do: %(until)s. Wyślij je jeszcze raz albo cofnij na liście zaproszeń."
    ),
    Reason.ALREADY_A_MEMBER: _l("Osoba z tym adresem już tu jest. Jej role zmienisz na liście ludzi."),
    Reason.ROLE_NOT_INVITED: _l("Do tej roli nie zaprasza się listem. Wybierz inną."),
    Reason.NOT_A_MEMBER: _l("Ta osoba nie należy do organizacji. Najpierw ją zaproś."),
    Reason.LAST_EDITOR: _l("Ktoś musi zostać z rolą redakcji. Najpierw daj ją innej osobie."),
    Reason.NOT_ONESELF: _l("Tego nie zrobisz na własnym koncie. Poproś drugą osobę z administracji."),
    Reason.LAST_COORDINATOR: _l("Ktoś musi prowadzić tę edycję. Najpierw zaproś drugą osobę do koordynacji."),
    Reason.LAST_ADMINISTRATOR: _l("Ktoś musi administrować Strefą. Najpierw daj tę rolę drugiej osobie."),
    Reason.SOLE_EDITOR: _l(
        "Organizacja „%(organisation)s” ma wniosek w toku albo z dotacją, a redaguje ją tylko ta osoba. Najpierw niech"
        " zaprosi kogoś do redakcji albo wycofa wniosek."
    ),
    Reason.JUDGES_NOW: _l("Ta osoba ocenia jeszcze wnioski w edycji „%(round)s”. Najpierw odłącz ją od jury."),
    Reason.ERASED_ALREADY: _l("Danych tej osoby już nie ma."),
    Reason.NOT_REQUESTED: _l("Ta prośba nie czeka już na odpowiedź."),
    Reason.EXPORT_MADE_JUST_NOW: _l("Kopia danych jest właśnie przygotowywana. Odśwież stronę za chwilę."),
    Reason.EXPORTS_ENOUGH: _l("Więcej kopii naraz nie przechowujemy. Następną przygotujesz, gdy zniknie najstarsza."),
    Reason.CONTENT_HELD: _l("Biuro konkursu wstrzymało usunięcie tej treści. Napisz albo zadzwoń do niego."),
    Reason.CONTENT_GONE: _l("Treści tego wniosku już nie ma: minął czas, przez który wolno ją przechowywać."),
    Reason.APPLICANT_CANNOT_JUDGE: _l(
        "Kto należy do organizacji, która ma wniosek w tej edycji, nie może być w niej jurorem. Zadzwoń do biura."
    ),
    Reason.CODE_USED: _l("Ten kod został już użyty. Poczekaj na następny, zmienia się co 30 sekund."),
    Reason.REASON_TOO_SHORT: _l("Podaj powód własnymi słowami, co najmniej %(least)s znaków."),
    Reason.JUROR_CANNOT_APPLY: _l(
        "Oceniasz wnioski w tej edycji, więc nie możesz w niej składać własnego. Wniosek może złożyć ktoś inny z organizacji."
    ),
    Reason.NO_SIGNATORY: _l("Nikt inny w organizacji nie ma prawa podpisu. Zaproś tę osobę na stronie organizacji."),
    Reason.ASKED_TO_SIGN: _l("Prośba wyszła %(asked)s. Następną można wysłać po %(minutes)s minutach."),
    Reason.NOT_AN_EDITOR: _l(
        "W tej organizacji nie masz prawa pisania wniosku. Poproś o nie osobę, która zarządza organizacją."
    ),
    Reason.NOT_OWN_PART: _l(
        "Tę sekcję pisze redakcja wniosku: księgowość uzupełnia kosztorys, a osoba z prawem podpisu oświadczenia."
    ),
    Reason.RULES_FROZEN: _l(
        "Zasady oceny, pula i otwarcie naboru są zamrożone od pierwszej oceny (%(since)s) i nie można ich już zmienić."
    ),
    Reason.AMOUNT_EMPTY: _l("Wpisz kwotę. Jeśli nic nie kosztuje, wpisz 0."),
    Reason.AMOUNT_NEGATIVE: _l("Kwota nie może być ujemna. Wpisz ją bez znaku minus."),
    Reason.AMOUNT_NOT_A_NUMBER: _l("„%(typed)s” nie jest kwotą. Wpisz ją cyframi, na przykład 6 000,50."),
    Reason.AMOUNT_UNCLEAR: _l("Nie wiadomo, jaką kwotę oznacza „%(typed)s”. Wpisz ją jak w przykładzie: 6 000,50."),
    Reason.AMOUNT_TOO_MANY_DECIMALS: _l(
        "Kwota „%(typed)s” ma po przecinku cyfr: %(decimals)s. Grosze to najwyżej dwie cyfry: zaokrąglij kwotę."
    ),
    Reason.AMOUNT_TOO_LARGE: _l("Kwota jest większa niż %(maximum_grosze)s. Sprawdź, czy nie ma w niej zbędnych cyfr."),
    Reason.IDENTIFIER_EMPTY: _l("To pole jest puste. Wpisz brakujący numer lub adres."),
    Reason.IDENTIFIER_NOT_DIGITS: _l(
        "Tu mogą być tylko cyfry, a wpisano też „%(strange)s”. Sprawdź, czy litera nie stoi w miejscu cyfry."
    ),
    Reason.NIP_LENGTH: _l(
        "NIP ma 10 cyfr, a wpisano: %(typed)s. Sprawdź, czy żadnej nie brakuje i czy nie ma zbędnej."
    ),
    Reason.NIP_CHECK_DIGIT: _l(
        "W tym numerze NIP jest pomyłka: cyfra kontrolna się nie zgadza. Porównaj go cyfra po cyfrze z dokumentem."
    ),
    Reason.REGON_LENGTH: _l(
        "REGON ma 9 albo 14 cyfr, a wpisano: %(typed)s. Sprawdź, czy żadnej nie brakuje i czy nie ma zbędnej."
    ),
    Reason.REGON_CHECK_DIGIT: _l(
        "W tym numerze REGON jest pomyłka: cyfra kontrolna się nie zgadza. Porównaj go cyfra po cyfrze z dokumentem."
    ),
    Reason.KRS_LENGTH: _l(
        "Numer KRS ma 10 cyfr razem z zerami na początku, a wpisano: %(typed)s. Przepisz go w całości, na przykład 0000303048."
    ),
    Reason.RIK_NUMBER: _l(
        "Brakuje numeru w rejestrze instytucji kultury. Wpisz numer i nazwę organizatora, na przykład RIK 12/2003 Urząd Gminy Nowa Wieś."
    ),
    Reason.RIK_ORGANISER: _l(
        "Po numerze %(number)s dopisz nazwę organizatora, który prowadzi rejestr, na przykład Urząd Gminy Nowa Wieś."
    ),
    Reason.REGISTER_FORM: _l(
        "Wpisz numer KRS (10 cyfr) albo numer RIK z nazwą organizatora, na przykład RIK 12/2003 Urząd Gminy Nowa Wieś."
    ),
    Reason.POSTAL_CODE_FORM: _l("Kod pocztowy ma postać 00-000. Wpisz pięć cyfr, na przykład 00-950."),
    Reason.PHONE_LENGTH: _l(
        "Numer telefonu ma 9 cyfr bez zera na początku, a wpisano: %(typed)s. Wpisz go na przykład tak: 600 100 200."
    ),
    Reason.PHONE_NOT_POLISH: _l("To jest numer zagraniczny. Wpisz polski numer telefonu, na przykład +48 600 100 200."),
    Reason.EMAIL_MISSING: _l("Podaj adres e-mail, na przykład biblioteka@example.org."),
    Reason.EMAIL_WITHOUT_AT: _l(
        "W adresie e-mail brakuje znaku @. Wpisz cały adres, na przykład biblioteka@example.org."
    ),
    Reason.EMAIL_FORM: _l("Ten adres e-mail jest niepoprawny. Sprawdź odstępy, kropki i końcówkę po znaku @."),
    Reason.EDELIVERY_FORM: _l(
        "Adres do e-Doręczeń ma postać AE:PL-12345-67890-ABCDE-12. Skopiuj go w całości ze swojej skrzynki."
    ),
    Reason.TERYT_LENGTH: _l(
        "Kod TERYT gminy ma 7 cyfr razem z zerem na początku, a wpisano: %(typed)s. Przepisz go w całości, na przykład 0201022."
    ),
    Reason.TERYT_VOIVODESHIP: _l(
        "Kod TERYT nie może zaczynać się od %(prefix)s: nie ma takiego województwa. Sprawdź dwie pierwsze cyfry."
    ),
    Reason.TERYT_COMMUNE_KIND: _l(
        "Kod TERYT gminy nie może kończyć się cyfrą %(last)s: nie ma takiego rodzaju gminy. Sprawdź ostatnią cyfrę."
    ),
    Reason.IBAN_LENGTH: _l(
        "Polski numer rachunku ma 26 cyfr, a wpisano: %(typed)s. Sprawdź, czy żadnej nie brakuje i czy nie ma zbędnej."
    ),
    Reason.IBAN_CHECK_DIGITS: _l(
        "W numerze rachunku jest pomyłka: cyfry kontrolne się nie zgadzają. Porównaj go cyfra po cyfrze z danymi z banku."
    ),
    Reason.IBAN_FORM: _l("To nie jest numer rachunku bankowego. Wpisz 26 cyfr albo numer IBAN z kodem kraju."),
    Reason.TIME_FORM: _l("„%(typed)s” nie jest datą z godziną. Wpisz je na przykład tak: 2027-02-11 15:00."),
    Reason.TIME_DOES_NOT_EXIST: _l(
        "Godziny %(typed)s nie ma: tej nocy zegary przestawia się do przodu. Wybierz inną godzinę."
    ),
    Reason.TIME_EXISTS_TWICE: _l(
        "Godzina %(typed)s zdarza się dwa razy: tej nocy zegary się cofa. Wybierz inną godzinę."
    ),
    Reason.STAGE_ENDS_BEFORE_START: _l("Ten etap kończy się, zanim się zacznie. Popraw jego początek albo koniec."),
    Reason.STAGE_OUT_OF_ORDER: _l(
        "Ten etap nie zaczyna się w swojej kolejności. Popraw daty tak, żeby etapy szły jeden po drugim."
    ),
    Reason.STAGE_REPEATED: _l("Ten etap jest w harmonogramie dwa razy. Zostaw jeden z nich."),
    Reason.CALL_MISSING: _l("W harmonogramie brakuje naboru wniosków. Dodaj jego początek i koniec."),
    Reason.MARK_MISSING: _l("Brakuje oceny. Wybierz liczbę punktów: puste pole to nie zero."),
    Reason.MARK_NOT_A_NUMBER: _l("„%(typed)s” to nie liczba. Wpisz ocenę cyframi, na przykład 3,5."),
    Reason.MARK_OUTSIDE_SCALE: _l("Ocena %(typed)s jest poza skalą. Wpisz liczbę od %(least)s do %(most)s."),
    Reason.MARK_BETWEEN_STEPS: _l(
        "Ocena %(typed)s nie leży na skali od %(least)s do %(most)s co %(step)s. Wybierz najbliższą."
    ),
    Reason.JUSTIFICATION_TOO_SHORT: _l(
        "Za krótko: %(written)s z co najmniej %(least)s znaków. Dopisz, z czego wynika ocena."
    ),
    Reason.PANEL_EMPTY: _l("W jury nie ma jeszcze nikogo. Zaproś pierwsze osoby i poczekaj, aż przyjmą zaproszenia."),
    Reason.NOTHING_TO_ASSIGN: _l("Żaden wniosek nie przeszedł jeszcze oceny formalnej, więc nie ma czego przydzielać."),
    Reason.PLAN_STALE: _l(
        "Od ułożenia tej propozycji zmieniło się jury, wnioski albo deklaracje. Ułóż nową i obejrzyj ją jeszcze raz."
    ),
    Reason.ALREADY_DECLARED: _l("Bezstronność wobec tego wniosku jest już potwierdzona."),
    Reason.IMPARTIALITY_NOT_SAID: _l("Zaznacz, czy możesz bezstronnie ocenić ten wniosek."),
    Reason.RELATION_NOT_NAMED: _l("Wybierz z listy, co Cię wyłącza z oceny tego wniosku."),
    Reason.OWN_APPLICANT: _l(
        "Należysz teraz do organizacji, która złożyła ten wniosek, więc go nie oceniasz. Wyłącz się na dole karty."
    ),
    Reason.CARD_SUBMITTED: _l(
        "Ta karta jest złożona i zamknięta. Jeśli trzeba ją zmienić, poproś biuro o jej otwarcie."
    ),
    Reason.THIRD_NOT_DUE: _l("Trzecia ocena nie jest tu potrzebna albo ktoś już ją pisze."),
    Reason.NOBODY_FOR_THIRD: _l(
        "Nikt z jury nie może wziąć tego wniosku: wyklucza go województwo, organizacja, deklaracja albo limit."
        " Zaproś kogoś i spróbuj ponownie."
    ),
    Reason.CARD_NOT_SUBMITTED: _l("Ta karta nie jest złożona, więc nie ma czego otwierać."),
    Reason.ASSIGNMENT_ENDED: _l("Tę osobę odsunięto od wniosku, więc jej karty nie można już otworzyć."),
    Reason.RESULTS_PUBLISHED: _l("Wyniki tej edycji są ogłoszone, więc ocen nie można już zmieniać."),
    Reason.BELOW_THRESHOLD: _l("Punkty z kart, bez dodatkowych, to %(points)s: poniżej progu %(threshold)s."),
    Reason.BELOW_LEAST_MEAN: _l(
        "Średnia ocena w kryterium „%(criterion)s” to %(mean)s, a potrzeba co najmniej %(least)s."
    ),
    Reason.AWARD_TOO_LARGE: _l("Wniosek dotyczy %(ask_grosze)s, a w puli zostało %(left_grosze)s."),
    Reason.AWARD_BEYOND_CATEGORY_CAP: _l(
        "Limit dofinansowanych w kategorii „%(category)s” (%(most)s) jest wyczerpany."
    ),
    Reason.AWARD_BEYOND_VOIVODESHIP_CAP: _l(
        "Limit dofinansowanych w województwie „%(voivodeship)s” (%(most)s) jest wyczerpany."
    ),
    Reason.AWARD_MINIMUM_COMES_FIRST: _l(
        "Z pozostałych %(left_grosze)s regulamin każe zachować %(kept_back_grosze)s na wymagane minimum; na %(ask_grosze)s nie wystarcza."
    ),
    Reason.AWARD_MINIMUM_OUT_OF_REACH: _l(
        "Przyznanie tej kwoty uniemożliwiłoby osiągnięcie minimum, którego wymaga regulamin."
    ),
    Reason.AWARD_TIED: _l(
        "Wnioski z równym wynikiem dotyczą razem %(asked_grosze)s, a w puli zostało %(left_grosze)s. Kolejność ustala komisja."
    ),
    Reason.AWARD_WHOLE: _l("Miejsce %(rank)s na liście: dotacja w pełnej kwocie mieści się w puli."),
    Reason.AWARD_PARTIAL: _l(
        "Miejsce %(rank)s na liście: w puli została część wnioskowanej kwoty (%(ask_grosze)s),"
        " a wnioskodawca zgodził się na mniejszą."
    ),
    Reason.AWARD_PROMOTED: _l("Wniosek wszedł z listy rezerwowej, bo zwolniły się pieniądze."),
    Reason.DECISIONS_PROPOSED: _l("Decyzje są już zaproponowane. Żeby liczyć od nowa, zwróć tamtą propozycję."),
    Reason.DECISIONS_STAND: _l(
        "Decyzje tej edycji są już zaproponowane. Dopóki propozycja nie wróci do poprawy, ocen nie można zmieniać."
    ),
    Reason.PROPOSAL_OUTDATED: Plural(
        "Wniosek %(numbers)s wycofano po tej propozycji. Trzeba ją zwrócić do poprawy i zaproponować decyzje od nowa.",
        "Po tej propozycji wycofano wnioski (%(count)s): %(numbers)s. Trzeba ją zwrócić do poprawy"
        " i zaproponować decyzje od nowa.",
        "count",
    ),
    Reason.WITHDRAWN_TOO_LATE: _l(
        "Wyniki są już ogłoszone, więc wniosku nie można wycofać. Żeby zrezygnować z dotacji, napisz albo zadzwoń do nas."
    ),
    Reason.NOTHING_TO_DECIDE: _l("Żaden wniosek nie przeszedł jeszcze oceny formalnej, więc nie ma o czym decydować."),
    Reason.CHECKS_MISSING: Plural(
        "Jeden złożony wniosek czeka jeszcze na ocenę formalną: %(numbers)s.",
        "Złożone wnioski czekają jeszcze na ocenę formalną (%(count)s): %(numbers)s.",
        "count",
    ),
    Reason.CARDS_MISSING: Plural(
        "Jeden wniosek nie ma kompletu ocen: %(numbers)s.",
        "Wnioski bez kompletu ocen (%(count)s): %(numbers)s.",
        "count",
    ),
    Reason.TIE_ACROSS_LINE: _l(
        "Równe wnioski na granicy pieniędzy: %(numbers)s. Kryteria ich nie rozdzieliły – wpisz głosowanie jury."
    ),
    Reason.VOTE_ABOUT_EQUALS: _l(
        "Głosowanie rozstrzyga teraz między wnioskami: %(numbers)s. Wpisz każdy z nich raz, w kolejności jury."
    ),
    Reason.VOTE_NEEDS_TWO: _l("Podaj co najmniej dwa różne numery wniosków w kolejności jury."),
    Reason.VOTE_WITHOUT_NOTE: _l(
        "Napisz krótko, jak głosowano, na przykład „jednogłośnie” albo „pięć głosów za, dwa przeciw”: co najmniej %(least)s znaków."
    ),
    Reason.VOTE_UNKNOWN_NUMBER: _l("Wniosku %(number)s nie ma w rankingu. Sprawdź numer."),
    Reason.PROPOSAL_SETTLED: _l("Ta propozycja jest już zatwierdzona, zwrócona albo ogłoszona."),
    Reason.PROPOSAL_NOT_APPROVED: _l("Wyniki można ogłosić dopiero, gdy druga osoba zatwierdzi decyzje."),
    Reason.TWO_PEOPLE_DECIDE: _l("Decyzje zatwierdza inna osoba niż ta, która je zaproponowała."),
    Reason.NO_GRANT_TO_RESIGN: _l("Ten wniosek nie ma dotacji, z której można zrezygnować."),
    Reason.RESERVE_OVER: _l(
        "Lista rezerwowa była ważna do %(until)s włącznie, więc nikt już z niej nie dostanie dotacji."
    ),
    Reason.RESERVE_EMPTY: _l("Na liście rezerwowej nikt nie czeka."),
    Reason.NOBODY_TO_PROMOTE: _l("Wolnych pieniędzy nie starcza dla nikogo z listy rezerwowej."),
    Reason.AWARD_AFTER_THE_LINE: _l("Pula skończyła się wyżej na liście."),
}


def in_words(blocker: Blocker) -> str:
    """Say a refusal in the language of the page."""
    words = WORDS[blocker.reason]
    terms = {key: shown_close(value) for key, value in blocker.values.items() if key == "closes"}
    values = {key: _written(key, value) for key, value in {**blocker.values, **terms}.items()}
    if isinstance(words, Plural):
        return _n(words.singular, words.plural, int(blocker.values[words.number]), **values)
    return str(words) % values if values else str(words)


def _written(key: str, value: Any) -> Any:
    match value:
        case int() if key.endswith("_bytes"):
            return written_size(value, i18n.language())
        case int() if key.endswith("grosze"):
            return money.written(value, i18n.language())
        case datetime():
            return f"{i18n.day(value)}, {value.astimezone(i18n.WARSAW):%H:%M}"  # no weekday: Polish would inflect it
        case date():
            return i18n.day(value)
        case Decimal() | Fraction():
            return _decimal(key, value)
        case int() if key == "population" or (key == "most" and value > 9_999):
            return written_number(value, i18n.language())
        case list():
            return ", ".join(str(_spoken(one)) for one in value)
        case _:
            return _spoken(value)


def _spoken(value: Any) -> Any:
    """Say words of a round in the language of the page; all else as it is."""
    if isinstance(value, Mapping):
        return value.get(i18n.language()) or value.get("pl", "")
    return value.in_language(i18n.language()) if hasattr(value, "in_language") else value


def _decimal(key: str, value: Decimal | Fraction) -> str:
    if key == "threshold" and isinstance(value, Decimal):  # a figure of the rules, said as people write it: "60"
        return written_number(value, i18n.language())
    exact = Fraction(value)
    rounded = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{rounded.quantize(Decimal('0.01'), ROUND_HALF_UP)}"
    return text.replace(".", ",") if i18n.language() == "pl" else text
