"""The process that turns HTML into PDF: long-lived, with limits of memory and time, no network.

It reads one JSON line a paper from standard input and answers with one line, so that a page that
takes too much kills this process and never the worker.
"""

import base64
import gc
import json
import os
import resource
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

OURS = "https://assets.invalid/"  # a name that never resolves: it stands for our own folder of assets
SHEETS = ("paper-fonts", "paper")


def main() -> None:
    """Answer requests until standard input ends; the argument is how many bytes of memory there are."""
    most = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    gc.set_threshold(50_000, 20, 100)  # a paper is a large tree that lives till its end: looking often costs a sixth
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    os.environ["SOURCE_DATE_EPOCH"] = str(request["moment"])  # dates inside the paper come from the data
    try:
        return {"pdf": base64.b64encode(printed(request["html"], Path(request["assets"]))).decode()}
    except BaseException as error:  # whatever happens here must reach the worker as words
        return {"error": f"{type(error).__name__}: {error}"}


def printed(html: str, assets: Path) -> bytes:
    """Print a page as PDF/UA-1 in the dress of our papers.

    Args:
        html: the whole page; addresses in it are under `OURS`.
        assets: the folder those addresses are under.

    Raises:
        FatalURLFetchingError: the page asks for anything but our own assets.
    """
    from weasyprint import HTML  # slow, and only papers need it

    dress = _dress(assets.resolve())
    dress.fetcher.refused = None
    page = HTML(string=html, base_url=OURS, url_fetcher=dress.fetcher)
    made = page.write_pdf(stylesheets=dress.sheets, font_config=dress.fonts, pdf_variant="pdf/ua-1")
    if dress.fetcher.refused:  # pictures inside pictures: their errors are logged and passed over
        raise dress.fetcher.refused
    return bytes(made or b"")


@dataclass(frozen=True)
class _Dress:
    """Style sheets and letters of our papers, read and unpacked once: half the time of a short paper."""

    fetcher: Any
    fonts: Any
    sheets: list[Any]


@cache
def _dress(root: Path) -> _Dress:
    from weasyprint import CSS  # as above
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = _our_assets(root), FontConfiguration()
    return _Dress(
        fetcher, fonts, [CSS(url=f"{OURS}css/{name}.css", url_fetcher=fetcher, font_config=fonts) for name in SHEETS]
    )


def _our_assets(root: Path) -> Any:
    """Return what fetches our own files under one folder, and nothing else; a refusal ends the paper."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurAssets(URLFetcher):
        refused: FatalURLFetchingError | None = None

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            path = (root / unquote(urlsplit(url).path).lstrip("/")).resolve()
            if not url.startswith(OURS) or not path.is_relative_to(root) or not path.is_file():
                self.refused = FatalURLFetchingError(f"a paper may use our own assets only, not {url[:80]}")
                raise self.refused
            return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": _type(path)})

    return OurAssets()


def _type(path: Path) -> str:
    return {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}.get(
        path.suffix, "application/octet-stream"
    )


if __name__ == "__main__":
    main()
