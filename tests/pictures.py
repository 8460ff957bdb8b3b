"""Picture files for tests, drawn here."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(
    size: tuple[int, int] = (300, 80),
    colour: tuple[int, ...] = (11, 12, 12, 255),
    kind: str = "PNG",
    **more: Any,
) -> bytes:
    """Return a file with a rectangle of that colour inside a transparent rim, where its kind knows one."""
    image = Image.new("RGBA", size)
    image.paste(colour, (2, 2, size[0] - 2, size[1] - 2))
    return saved(image if kind in ("PNG", "WEBP") else image.convert("RGB"), kind, **more)


def saved(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """Return the image as a file."""
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture in a file, wholly read."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG file that says it has so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
