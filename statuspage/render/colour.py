"""Contrast (WCAG 2.2): the site's accent colour is shifted until it can be read."""

import re
from dataclasses import dataclass

# The --wash of app.css, the less contrasting of the two backgrounds in each scheme.
LIGHT_BACKGROUND = "#f5f7f9"
DARK_BACKGROUND = "#1b2228"
_DEFAULT_ACCENT = "#1d70b8"
_ENOUGH = 4.5
_SHADES = 20


@dataclass(frozen=True, slots=True)
class Shade:
    """How a colour reads on a background, and what it is shown as there."""

    background: str
    ratio: float
    shown: str
    shown_ratio: float

    @property
    def is_moved(self) -> bool:
        """Return whether the colour as it was chosen could not be read."""
        return self.ratio < _ENOUGH


def shades(colour: str) -> tuple[Shade, Shade]:
    """Return how a `#rrggbb` colour reads on the light page and on the dark one."""
    light, dark = (
        Shade(ground, contrast(colour, ground), shown, contrast(shown, ground))
        for ground in (LIGHT_BACKGROUND, DARK_BACKGROUND)
        for shown in [readable(colour, ground)]
    )
    return light, dark


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, background: str) -> str:
    """Return `colour`, moved towards black or white until it stands out from `background` as text must.

    What is not a `#rrggbb` colour counts as the default accent.
    """
    start = colour if re.fullmatch("#[0-9a-fA-F]{6}", colour) else _DEFAULT_ACCENT
    end = "#000000" if _luminance(background) > 0.5 else "#ffffff"
    shades = (_mixed(start, end, step / _SHADES) for step in range(_SHADES + 1))
    return next(shade for shade in shades if contrast(shade, background) >= _ENOUGH)


def _mixed(first: str, second: str, share: float) -> str:
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
