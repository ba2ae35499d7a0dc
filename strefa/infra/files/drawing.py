"""What one sees of a file, drawn: a small picture for lists, and each page as a picture for the viewer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_PAGES = 30  # of one file that are drawn; who wants the rest opens the file itself
THUMB, PAGE = 240, 1240  # pixels of the longer side of a thumbnail, and of a page's width
_LONGEST = 6_000  # pixels of the height of a page, however long a strip it is
_LARGEST_PNG = 600_000  # bytes; a scan that is larger as PNG is kept as JPEG


def drawn(path: Path, folder: Path, most: int = MOST_PAGES) -> dict[str, Any]:
    """Draw a file's thumbnail ("0") and its first pages ("1"…) into a folder.

    Returns:
        "pages": how many the file has; "made": page number, file name and media type of each picture.
    """
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    pages, pictures = _of_pdf(path, most) if is_pdf else (1, iter([_picture(path)]))
    made: list[list[Any]] = []
    for number, picture in enumerate(pictures, 1):
        if number == 1:
            made.append([0, *_saved(_fitted(picture, THUMB, THUMB), folder / "0")])
        made.append([number, *_saved(_fitted(picture, PAGE, _LONGEST), folder / str(number))])
    return {"pages": pages, "made": made}


def _of_pdf(path: Path, most: int) -> tuple[int, Iterator[Any]]:
    import pypdfium2  # slow import, wanted only when a PDF is drawn

    pdf = pypdfium2.PdfDocument(path)
    if pdf.get_formtype():
        pdf.init_forms()  # what was written into fields is seen too; nothing of it runs: it has no JavaScript
    pages = len(pdf)
    return pages, (_page(pdf[number]) for number in range(min(pages, most)))


def _page(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(PAGE / max(width, 1), _LONGEST / max(height, 1))
    return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")


def _picture(path: Path) -> Any:
    from PIL import Image  # slow import, wanted only when a picture is drawn

    picture = Image.open(path, formats=["JPEG", "PNG"])
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        over = picture.convert("RGBA")
        under = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(under, over).convert("RGB")
    return picture.convert("RGB")


def _fitted(picture: Any, width: int, height: int) -> Any:
    small = picture.copy()
    small.thumbnail((width, height))
    return small


def _saved(picture: Any, path: Path) -> tuple[str, str]:
    picture.save(path, "PNG", compress_level=4)  # half the time of 6 for a tenth more bytes
    if path.stat().st_size <= _LARGEST_PNG:
        return path.name, "image/png"
    picture.save(path, "JPEG", quality=82)
    return path.name, "image/jpeg"
