"""Pictures: decoded and written anew, upright and bare, so that nothing of what came survives but what one sees."""

from pathlib import Path
from typing import Any

from strefa.rules.refusal import Reason

MOST_PIXELS = 50_000_000
MOST_BYTES = 64 * 1024 * 1024
KINDS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "heic": "HEIF", "heif": "HEIF"}
_QUALITIES = (90, 80, 65)  # of a JPEG made from something else; the next when it came out too large


def written_anew(path: Path, ending: str, most: int) -> Reason | None:
    """Put the picture itself in the place of what came: turned upright, in sRGB, without metadata or trailing bytes.

    Args:
        most: bytes that the new file may have.
    """
    from PIL import Image, UnidentifiedImageError  # slow import, wanted only when a picture comes

    kind = KINDS[ending]
    if kind == "HEIF":
        import pi_heif  # as above, and only for what phones of one make send

        pi_heif.register_heif_opener()
    try:
        with Image.open(path, formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return Reason.FILE_TOO_MANY_PIXELS
            if kind == "PNG":
                picture.verify()  # its checksums; it must be opened again after
        with Image.open(path, formats=[kind]) as picture:
            picture.load()
            return _saved(path, picture, kind, most)
    except UnidentifiedImageError:
        return Reason.FILE_BROKEN if _begins_as(path, kind) else Reason.FILE_DISGUISED
    except Image.DecompressionBombError:
        return Reason.FILE_TOO_MANY_PIXELS


def _begins_as(path: Path, kind: str) -> bool:
    """Say whether a file that does not open was meant to be of this kind."""
    with path.open("rb") as file:
        start = file.read(12)
    return {"JPEG": start[:3] == b"\xff\xd8\xff", "PNG": start[:4] == b"\x89PNG", "HEIF": start[4:8] == b"ftyp"}[kind]


def _saved(path: Path, picture: Any, kind: str, most: int) -> Reason | None:
    bare = _bare(picture)
    for options in _ways(picture, kind):
        bare.save(path, "PNG" if kind == "PNG" else "JPEG", **options)
        if path.stat().st_size <= most:
            return None
    return Reason.FILE_GREW


def _bare(picture: Any) -> Any:
    """Return what one sees of a picture, as a picture that knows nothing else."""
    from PIL import ImageOps  # as above

    upright = ImageOps.exif_transpose(picture)
    seen = {"transparency": upright.info["transparency"]} if "transparency" in upright.info else {}
    bare = _in_common_colours(upright)
    if picture.format != "PNG" and bare.mode not in {"RGB", "L"}:
        bare = bare.convert("RGB")
    bare.info = seen if picture.format == "PNG" else {}
    return bare


def _in_common_colours(picture: Any) -> Any:
    """Return a picture in sRGB: without its profile a phone's photo would look pale."""
    import io

    from PIL import ImageCms  # as above

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture.copy()
    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode=wanted)
    except ImageCms.PyCMSError:
        return picture.copy()  # a broken profile says nothing about colours


def _ways(picture: Any, kind: str) -> list[dict[str, Any]]:
    """List how to save it: a JPEG with the very tables it came with, so that it neither grows nor fades."""
    if kind == "PNG":
        return [{}, {"optimize": True}]
    lesser: list[dict[str, Any]] = [{"quality": quality} for quality in _QUALITIES]
    if kind == "JPEG" and picture.mode in {"RGB", "L"} and picture.quantization:
        from PIL import JpegImagePlugin  # as above

        sampling = JpegImagePlugin.get_sampling(picture)
        return [{"qtables": picture.quantization, "subsampling": sampling}, *lesser]
    return lesser
