import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules import identifiers
from strefa.rules.refusal import Blocker, Reason, Refused


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        ("nip", "521-301-72-28", "5213017228"),
        ("nip", "PL 5213017228", "5213017228"),
        ("nip", "NIP: 521–301–72–28", "5213017228"),
        ("regon", "123456785", "123456785"),
        ("regon", "REGON 12345678512347", "12345678512347"),
        ("krs", "0000303048", "0000303048"),
        ("krs", "KRS 0000 303 048", "0000303048"),
        ("rik", "RIK 12/2003 Urząd Gminy Nowa Wieś", "RIK 12/2003 Urząd Gminy Nowa Wieś"),
        ("rik", "nr 3, Gmina Łomianki", "RIK 3 Gmina Łomianki"),
        ("rik", "rik: K-12/92  –  Miasto Ełk", "RIK K-12/92 Miasto Ełk"),
        ("register", "krs 0000303048", "KRS 0000303048"),
        ("register", "0000303048", "KRS 0000303048"),
        ("register", "12/2003 Urząd Gminy Nowa Wieś", "RIK 12/2003 Urząd Gminy Nowa Wieś"),
        ("postal_code", "00 950", "00-950"),
        ("postal_code", "00950", "00-950"),
        ("postal_code", "00–950", "00-950"),
        ("phone", "600100200", "+48 600 100 200"),
        ("phone", "+48 600-100-200", "+48 600 100 200"),
        ("phone", "0048600100200", "+48 600 100 200"),
        ("phone", "48 600 100 200", "+48 600 100 200"),
        ("phone", "(22) 123 45 67", "+48 221 234 567"),
        ("phone", "0 22 123 45 67", "+48 221 234 567"),
        ("email", " Anna.Nowak+konkurs@Biblioteka.Wieś.PL ", "Anna.Nowak+konkurs@biblioteka.wieś.pl"),
        ("edelivery", "ae:pl-12345-67890-abcde-12", "AE:PL-12345-67890-ABCDE-12"),
        ("edelivery", "PL-12345-67890-ABCDE-12", "AE:PL-12345-67890-ABCDE-12"),
        ("teryt", "0201022", "0201022"),
        ("iban", "61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("iban", "pl61109010140000071219812874", "PL61109010140000071219812874"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_an_identifier_is_kept_in_one_form_however_it_was_typed(kind: str, typed: str, canonical: str):
    assert identifiers.checked(kind, typed) == canonical
    assert identifiers.checked(kind, canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "typed", "reason", "values"),
    [
        ("nip", "  ", Reason.IDENTIFIER_EMPTY, {}),
        ("nip", "521301722", Reason.NIP_LENGTH, {"typed": 9}),
        ("nip", "5213017229", Reason.NIP_CHECK_DIGIT, {}),
        ("nip", "0000000000", Reason.NIP_CHECK_DIGIT, {}),
        ("nip", "521301722O", Reason.IDENTIFIER_NOT_DIGITS, {"strange": "O"}),
        ("regon", "12345678", Reason.REGON_LENGTH, {"typed": 8}),
        ("regon", "123456786", Reason.REGON_CHECK_DIGIT, {}),
        ("regon", "12345678512348", Reason.REGON_CHECK_DIGIT, {}),
        ("regon", "000000000", Reason.REGON_CHECK_DIGIT, {}),
        ("krs", "303048", Reason.KRS_LENGTH, {"typed": 6}),
        ("rik", "Urząd Gminy", Reason.RIK_NUMBER, {}),
        ("rik", "RIK 12/2003", Reason.RIK_ORGANISER, {"number": "12/2003"}),
        ("register", "12", Reason.REGISTER_FORM, {}),
        ("register", "brak", Reason.REGISTER_FORM, {}),
        ("register", "KRS 303048", Reason.KRS_LENGTH, {"typed": 6}),
        ("postal_code", "0-0950", Reason.POSTAL_CODE_FORM, {}),
        ("phone", "12345678", Reason.PHONE_LENGTH, {"typed": 8}),
        ("phone", "600 100 200 wew. 5", Reason.IDENTIFIER_NOT_DIGITS, {"strange": "wew"}),
        ("phone", "telefon 600 100 200", Reason.IDENTIFIER_NOT_DIGITS, {"strange": "telefon"}),
        ("phone", "+49 30 123456", Reason.PHONE_NOT_POLISH, {}),
        ("email", " ", Reason.EMAIL_MISSING, {}),
        ("email", "anna.nowak", Reason.EMAIL_WITHOUT_AT, {}),
        ("email", "anna@biblioteka", Reason.EMAIL_FORM, {}),
        ("email", "anna nowak@biblioteka.pl", Reason.EMAIL_FORM, {}),
        ("email", "anna..nowak@biblioteka.pl", Reason.EMAIL_FORM, {}),
        ("email", "anna@biblioteka..pl", Reason.EMAIL_FORM, {}),
        ("email", "a@b@biblioteka.pl", Reason.EMAIL_FORM, {}),
        ("email", "x" * 65 + "@biblioteka.pl", Reason.EMAIL_FORM, {}),
        ("edelivery", "AE:PL-12345-67890-ABCD1-12", Reason.EDELIVERY_FORM, {}),
        ("teryt", "201022", Reason.TERYT_LENGTH, {"typed": 6}),
        ("teryt", "0301022", Reason.TERYT_VOIVODESHIP, {"prefix": "03"}),
        ("teryt", "0201027", Reason.TERYT_COMMUNE_KIND, {"last": "7"}),
        ("iban", "6110901014000007121981287", Reason.IBAN_LENGTH, {"typed": 25}),
        ("iban", "61109010140000071219812875", Reason.IBAN_CHECK_DIGITS, {}),
        ("iban", "DE89 3704 ?", Reason.IBAN_FORM, {}),
    ],
)
def test_a_wrong_identifier_is_refused_with_what_is_wrong(
    kind: str, typed: str, reason: Reason, values: dict[str, object]
):
    with pytest.raises(Refused) as refused:
        identifiers.checked(kind, typed, "a3_nip")
    assert refused.value.blockers == (Blocker(reason, "a3_nip", values),)


@given(st.sampled_from(sorted(identifiers.KINDS)), st.text(max_size=40) | st.text("0123456789 -/@.PLKRSa", max_size=30))
def test_anything_typed_is_either_kept_in_a_stable_form_or_refused_once(kind: str, typed: str):
    try:
        canonical = identifiers.checked(kind, typed)
    except Refused as refused:
        assert len(refused.blockers) == 1
    else:
        assert identifiers.checked(kind, canonical) == canonical


@given(st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_nip_is_always_noticed(place: int, shift: int):
    digits = [int(d) for d in "5213017228"]
    digits[place] = (digits[place] + shift) % 10
    with pytest.raises(Refused):
        identifiers.checked("nip", "".join(map(str, digits)))


KNOWN = {"nip": "5213017228", "regon": "012100784", "iban": "PL61109010140000071219812874"}


@given(st.sampled_from(sorted(KNOWN)), st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_of_any_checked_number_is_always_noticed(kind: str, place: int, shift: int):
    right = KNOWN[kind]
    assert identifiers.checked(kind, right) == right
    at = len(right) - 1 - place % (len(right) - right.count("PL") * 2)
    wrong = right[:at] + str((int(right[at]) + shift) % 10) + right[at + 1 :]
    if kind == "regon" and _weighed(wrong) == _weighed(right):
        return  # its check digit 10 is written 0, so it alone cannot notice everything
    with pytest.raises(Refused):
        identifiers.checked(kind, wrong)


def _weighed(regon: str) -> tuple[int, str]:
    weighed = sum(int(digit) * weight for digit, weight in zip(regon, (8, 9, 2, 3, 4, 5, 6, 7), strict=False))
    return weighed % 11 % 10, regon[-1]


@given(st.integers(10**8, 10**9 - 1))
def test_every_nip_with_the_right_check_digit_is_taken_and_no_other(number: int):
    digits = [int(digit) for digit in str(number)]
    check = sum(digit * weight for digit, weight in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
    for last in range(10):
        nip = f"{number}{last}"
        if last == check:
            assert identifiers.checked("nip", nip) == nip
            assert identifiers.checked("nip", f"NIP: {identifiers.shown('nip', nip)}") == nip
        else:
            with pytest.raises(Refused):
                identifiers.checked("nip", nip)


@given(st.integers(0, 10**24 - 1))
def test_every_account_with_its_two_check_digits_is_taken_and_read_back(number: int):
    bank = f"{number:024}"
    account = f"PL{98 - int(f'{bank}252100') % 97:02}{bank}"
    assert identifiers.checked("iban", account) == account
    assert identifiers.checked("iban", identifiers.shown("iban", account)[2:]) == account


@given(st.from_regex(r"[1-9][0-9]{0,4}(/[0-9]{2,4})?", fullmatch=True))
def test_a_number_in_the_libraries_register_is_kept_in_one_form_however_it_is_introduced(number: str):
    forms = {identifiers.checked("register", f"{before}{number}{between}Gmina Zalesie")
             for before in ("RIK ", "RIK nr ", "rik: ") for between in (", ", " - ", " ")}  # fmt: skip
    assert forms == {f"RIK {number} Gmina Zalesie"}


def test_the_sixteen_voivodeships_are_known_by_their_teryt_prefix():
    assert len(identifiers.VOIVODESHIPS) == 16
    assert identifiers.voivodeship_of("0201022") == "dolnośląskie"
    assert identifiers.voivodeship_of("3263011") == "zachodniopomorskie"
    with pytest.raises(KeyError):
        identifiers.voivodeship_of("0301022")


def test_long_numbers_are_shown_in_the_groups_people_read():
    assert identifiers.shown("nip", "5213017228") == "521-301-72-28"
    assert identifiers.shown("iban", "PL61109010140000071219812874").replace("\u00a0", " ") == (
        "PL61 1090 1014 0000 0712 1981 2874"
    )
    assert identifiers.shown("krs", "0000303048") == "0000303048"
