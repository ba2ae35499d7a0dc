"""Text that comes from elsewhere: pasted from Word or a web page, counted by the browser and by the server."""

import random

from playwright.sync_api import Page, expect

from strefa.rules.text import length
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.writing import address_of

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin: 0cm}</style></head><body>
<p class=MsoNormal>Biblioteka działa we&nbsp;wsi,
gdzie nie ma kina.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>dzieci i <b>młodzież</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>2.<span
>&nbsp;&nbsp; </span></span><![endif]>seniorzy<o:p></o:p></p><p class=MsoNormal>Koniec.<o:p></o:p></p></body></html>"""
WORDS_PLAIN = (
    "Biblioteka działa we\u00a0wsi, gdzie nie ma kina.\r\n\u00a0\r\n·\tdzieci i młodzież\r\n2.\tseniorzy\r\nKoniec.\r\n"
)
WEB = "<p>Plan:</p><ol start=3><li>zbiórka<ul><li>plakaty</li></ul></li><li>druk</li></ol><p>Razem</p>"
COPY = """async ([html, plain]) => navigator.clipboard.write([new ClipboardItem({
    "text/html": new Blob([html], {type: "text/html"}), "text/plain": new Blob([plain], {type: "text/plain"})})])"""
PASTE = """([html, plain]) => { const data = new DataTransfer(); data.setData("text/html", html); data.setData("text/plain", plain);
    const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    return document.activeElement.dispatchEvent(event) }"""


def pasted(page: Page, html: str, plain: str) -> str:
    """Paste what another program has put into the clipboard; returns what stands in the field."""
    field = page.locator("#c1_need")
    field.fill("")
    field.focus()
    if page.evaluate(PASTE, [html, plain]):  # left to the browser
        page.evaluate(COPY, [html, plain])
        page.keyboard.press("ControlOrMeta+v")
    return field.input_value()


def test_pasted_lists_keep_their_signs_and_nothing_is_cut(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    page = visit(address_of(world.an_application(by=ala), "/c"), ala, permissions=["clipboard-read", "clipboard-write"])

    word = pasted(page, WORD, WORDS_PLAIN)
    assert word == "Biblioteka działa we wsi, gdzie nie ma kina.\n\n• dzieci i młodzież\n2. seniorzy\nKoniec."
    expect(page.locator("#c1_need-count")).to_have_text(f"{length(word)} / 2\u00a0000")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("#c1_need")).to_have_value("")
    assert pasted(page, WEB, "Plan:\nzbiórka\nplakaty\ndruk\nRazem") == (
        "Plan:\n3. zbiórka\n  • plakaty\n4. druk\nRazem"
    )
    assert pasted(page, "<ul><li>jedno</li></ul>", "jedno\ndrugie") == "jedno\ndrugie", (
        "the browser's own, which has more"
    )
    long = "Pierwszy akapit.\n\nDrugi akapit.\n" * 120
    assert pasted(page, "<p>Pierwszy akapit.</p>", long) == long, "longer than the limit, and said so in words"
    expect(page.locator("#c1_need-count")).to_contain_text("za dużo")


def random_text(chance: random.Random) -> str:
    signs = ["\r\n", "\n", "\r", "e\u0301", "\u0328", "ą", "a\u0328", "ż", "👩‍👩‍👧", "📚", "\u00a0", "\u200b", "Å", "\u212b", "한",
             "\u1112\u1161\u11ab", "ﬁ", "a", " ", "\t", "𝕊", "\u0000", "\ufeff", "Ω", "\u2126"]  # fmt: skip
    anything = [chr(c) for c in (chance.randrange(1, 0xD800) for _ in range(20))]
    return "".join(chance.choice(signs + anything) for _ in range(chance.randrange(40)))


def test_browser_and_server_count_a_thousand_random_texts_alike(visit: Visit, instance: Served) -> None:
    world.a_round()
    chance = random.Random(2027)
    texts = [random_text(chance) for _ in range(1000)]
    script = """async texts => { const main = document.querySelector("script[type=module]").src;
        const { length } = await import(new URL("counter.js", main)); return texts.map(length) }"""
    counted: list[int] = visit("/").evaluate(script, texts)
    assert [(text, here) for text, here in zip(texts, counted, strict=True) if here != length(text)] == []
