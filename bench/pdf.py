"""Files of a size, another each time, as people attach them."""

import io
import secrets
from functools import cache

MEGABYTE = 1024 * 1024
_MARK = b"#" * 32


def one_megabyte() -> bytes:
    """Return a valid PDF of 1 MB whose content, and so whose hash, nobody has seen."""
    return of_size(MEGABYTE)


def of_size(size: int) -> bytes:
    """Return a valid PDF of about so many bytes whose content nobody has seen."""
    return _template(size).replace(_MARK, secrets.token_hex(16).encode(), 1)


@cache
def _template(size: int) -> bytes:
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Ballast = pdf.make_stream(_MARK + secrets.token_bytes(size - 1200))
        pdf.save(made, compress_streams=False)
    return made.getvalue()
