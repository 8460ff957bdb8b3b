"""Static files under names that carry a hash of their content, so that they may be cached for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statuspage.render.colour import DARK_BACKGROUND, LIGHT_BACKGROUND, readable

STATIC = Path(__file__).resolve().parents[2] / "static"
# Stand in app.css where the site's accent belongs: a policy without inline styles leaves no other place.
_ACCENT, _ACCENT_DARK = b"#00acce", b"#00accd"


@dataclass(frozen=True, slots=True)
class Assets:
    """`files` maps each path to publish to its bytes, `names` each plain name to that path."""

    files: Mapping[str, bytes]
    names: Mapping[str, str]

    def url(self, name: str) -> str:
        """Return the address of `app.css` and its like, from the root of the site; KeyError if unknown."""
        return "/" + self.names[name]


def load_assets(accent_color: str, folder: Path = STATIC) -> Assets:
    """Read every static file and set the site's accent colour in the style sheets, where it can be read."""
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith("."):
            continue
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        if path.suffix == ".css":
            content = _accented(content, accent_color)
        names[name] = _hashed(name, content)
        files[names[name]] = content
    return Assets(files, names)


def _accented(style: bytes, accent_color: str) -> bytes:
    light = readable(accent_color, LIGHT_BACKGROUND).encode()
    dark = readable(accent_color, DARK_BACKGROUND).encode()
    return style.replace(_ACCENT, light).replace(_ACCENT_DARK, dark)


def _hashed(name: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem, dot, suffix = name.rpartition(".")
    return f"static/{stem}.{digest}{dot}{suffix}" if dot else f"static/{name}.{digest}"
