"""Pictures that somebody uploads, drawn anew by Pillow, which is loaded when the first one comes."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from statuspage.domain.errors import RuleError
from statuspage.domain.public import LogoGround
from statuspage.services.ports import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 2_000_000
# Three bytes of a file can stand for a thousand pixels: what counts is what it would unfold to.
MOST_PIXELS = 6_000_000
LARGEST = (600, 160)
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Above this a palette of 256 colours is tried, which no logo suffers from.
_WEIGHTY = 32_000
# A progressive JPEG is drawn once per scan; ordinary ones have about ten.
_MOST_SCANS = 64
_SCAN = b"\xff\xda"
# A visible pixel this bright is lost on white, this dark on black.
_BRIGHT, _DARK = 200, 90
# How Pillow says that a file is broken depends on its format.
_UNREADABLE = (
    *(OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError),
    *(struct.error, zlib.error),
)


class PillowPictures:
    """Draws PNG, JPEG, WebP and the first frame of a GIF anew as a small PNG, and refuses all else."""

    def encode(self, content: bytes) -> Picture:
        """Return the picture, scaled down to fit; nothing of the file stays but what can be seen."""
        _check_before_opening(content)
        pixels = _drawn(content)
        pixels.thumbnail(LARGEST)
        return Picture(_png(pixels), "image/png", pixels.width, pixels.height, _ground_of(pixels))


def _check_before_opening(content: bytes) -> None:
    if not content:
        raise _refusal("logo_missing", "Choose a file first; none has come.")
    if len(content) > MOST_BYTES:
        raise _refusal("logo_too_large", "Choose a smaller file; a logo may have at most 2 MB.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise _refusal(
            "logo_unreadable", "An SVG can carry a program, so it is not taken. Export the logo as a PNG."
        )
    if content.startswith(b"\xff\xd8") and content.count(_SCAN) > _MOST_SCANS:
        raise _refusal("logo_too_large", "This JPEG is built too intricately. Export the logo as a PNG.")


def _drawn(content: bytes) -> Image:
    """Return the pixels of the first frame, upright; its size is looked at before anything is unfolded."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # beyond it Pillow warns, beyond twice as much it refuses by itself
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _too_many_pixels()
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _on_a_new_sheet(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except _UNREADABLE:
        raise _refusal(
            "logo_unreadable",
            "This file can't be read as a picture; it may be damaged. Use a PNG, JPEG, WebP or GIF.",
        ) from None


def _on_a_new_sheet(image: Image) -> Image:
    """Return the visible part alone: no profile, no comment, no place where it was taken."""
    from PIL import Image

    visible = image.convert("RGBA")
    box = visible.getchannel("A").getbbox()
    if box is None:
        raise _refusal("logo_unreadable", "Nothing in this picture can be seen: it is transparent all over.")
    sheet = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]))
    sheet.paste(visible.crop(box))
    return sheet


def _ground_of(image: Image) -> LogoGround:
    """Return what must lie behind it: a dark logo is lost on a dark page, a white one on a light page."""
    alpha = image.getchannel("A")
    if alpha.getextrema()[0] == 255:
        return LogoGround.ANY
    brightness = image.convert("L").histogram(alpha.point(lambda value: 255 if value > 127 else 0, "1"))
    bright, dark = sum(brightness[_BRIGHT:]), sum(brightness[:_DARK])
    if max(bright, dark) * 5 < sum(brightness):
        return LogoGround.ANY
    return LogoGround.DARK if bright > dark else LogoGround.LIGHT


def _png(image: Image) -> bytes:
    from PIL import Image

    whole = _saved(image)
    if len(whole) <= _WEIGHTY:
        return whole
    return min(whole, _saved(image.quantize(256, Image.Quantize.FASTOCTREE)), key=len)


def _saved(image: Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _too_many_pixels() -> RuleError:
    return _refusal(
        "logo_too_large", "Choose a smaller picture; a logo may have at most 6 million pixels (3000 × 2000)."
    )


def _refusal(code: str, sentence: str) -> RuleError:
    return RuleError(code, sentence, "logo")
