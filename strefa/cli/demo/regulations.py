"""The regulations that the office of the played round publishes; whoever applies accepts them."""

from strefa.cli.demo import attachments
from strefa.cli.demo.visitor import File

TITLE, TITLE_EN = "Regulamin konkursu", "Regulations of the contest"

TEXT = (
    "§ 1. Konkurs wspiera eksperymenty bibliotek: działania nowe dla biblioteki, z jasnym pytaniem i sposobem"
    " sprawdzenia odpowiedzi. Terminy, pulę i granice dotacji podaje strona edycji konkursu.",
    "§ 2. Wniosek składa biblioteka publiczna albo organizacja, której partnerem jest biblioteka. Filia składa wniosek"
    " przez bibliotekę, do której należy. Jedna biblioteka składa w edycji jeden wniosek.",
    "§ 3. Wniosek składa się wyłącznie w systemie konkursu, do chwili zamknięcia naboru. Decyduje zegar serwera."
    " Do tej chwili złożony wniosek można poprawić i złożyć ponownie albo wycofać.",
    "§ 4. Biuro programu sprawdza wniosek według kryteriów formalnych z tej strony. Wynik każdego kryterium jest"
    " zapisany razem z powodem.",
    "§ 5. Wniosek, który spełnia kryteria formalne, czytają niezależnie dwie osoby z jury: jedna z biblioteki i jedna"
    " spoza bibliotek. Przed przeczytaniem każda składa deklarację bezstronności. Kto nie jest bezstronny, tego"
    " zastępuje inna osoba.",
    "§ 6. Wynik wniosku to średnia sum punktów z kart i punkty dodatkowe; próg liczy się bez dodatkowych. Gdy oceny"
    " różnią się bardziej, niż dopuszcza karta oceny, wniosek czyta trzecia osoba i liczy się średnia trzech kart.",
    "§ 7. Przy równej liczbie punktów rozstrzygają kryteria w kolejności podanej na stronie edycji, a na końcu"
    " głosowanie jury zapisane w protokole. Chwila złożenia wniosku nie ma znaczenia.",
    "§ 8. Dotacje przyznaje się w kolejności listy, aż do wyczerpania puli. Dotację w części przyznaje się tylko za"
    " zgodą wyrażoną we wniosku. Kto zrezygnuje, tego zastępuje następny wniosek z listy rezerwowej.",
    "§ 9. Wyniki ogłasza się na stronie edycji, a każdy wnioskodawca dostaje pismo z wynikiem i kartami oceny bez"
    " nazwisk osób z jury.",
)


def regulations() -> File:
    """Return the regulations as a PDF; the same bytes every time."""
    return attachments.made(f"{TITLE}.pdf", "pdf", "\n\n".join(TEXT))
