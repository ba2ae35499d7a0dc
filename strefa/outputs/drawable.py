"""Characters that no letters at hand can draw, such as 📚 or 漢: a paper gives their code.

PDF/UA-1 allows no missing glyph, so one such character would leave an application without any of its papers.
"""

import re
import shutil
import subprocess
from functools import cache

from markupsafe import escape

from strefa.infra.i18n import _

_SURELY = re.compile(r"[\n\t -~\u00a0-\u017f„”‚’“–—…•−]+")
"""What our own letters draw; all else is asked of fontconfig, which knows the letters of the system too."""
_LINE_ENDS = re.compile("[\u2028\u2029\u0085\v\f]")
_JOINING = re.compile("[\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]")  # they change the picture beside them, if any


def with_codes(html: str) -> str:
    """Return a paper's HTML with the code of what cannot be drawn, [U+1F4DA], and a line that says so at its end."""
    html = _LINE_ENDS.sub("\n", html)
    unknown = {sign for sign in set(_SURELY.sub("", html)) if not _is_drawn(sign)}
    if not unknown:
        return html
    signs = re.compile(f"[{re.escape(''.join(sorted(unknown)))}]{_JOINING.pattern}*")
    first = next(sign for sign in html if sign in unknown)
    said = _("W tym dokumencie znaki, których nie mają jego czcionki, są podane kodem, np. %(code)s. "
             "W systemie stoją tak, jak je wpisano.", code=_code(first))  # fmt: skip
    body, end, rest = signs.sub(lambda found: _code(found[0][0]), html).rpartition("</body>")
    return f'{body}<p class="small soft">{escape(said)}</p>{end}{rest}'


def _code(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


@cache
def known_signs() -> frozenset[int]:
    """Return the code points that some letters of this system have; asked once a process, and before a transaction."""
    program = shutil.which("fc-list")
    if program is None:
        return frozenset()
    asked = [program, "--format", "%{charset}\\n"]  # "20-7e a0-17f" for each font, in hexadecimal
    told = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=60).stdout
    spans = [span.partition("-") for span in set(told.split())]
    return frozenset(
        point for first, _dash, last in spans for point in range(int(first, 16), int(last or first, 16) + 1)
    )


def _is_drawn(sign: str) -> bool:
    """Say whether some letters of this system have the sign, or it is one that leaves no trace."""
    return bool(_JOINING.match(sign)) or ord(sign) in known_signs()
