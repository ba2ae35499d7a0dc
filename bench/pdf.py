"""A file of one megabyte, another each time, as people attach them."""

import io
import secrets
from functools import cache

SIZE = 1024 * 1024
_MARK = b"#" * 32


def one_megabyte() -> bytes:
    """Return a valid PDF of 1 MB whose content, and so whose hash, nobody has seen."""
    return _template().replace(_MARK, secrets.token_hex(16).encode(), 1)


@cache
def _template() -> bytes:
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Ballast = pdf.make_stream(_MARK + secrets.token_bytes(SIZE - 1200))
        pdf.save(made, compress_streams=False)
    return made.getvalue()
