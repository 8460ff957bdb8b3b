"""Everything can be read, in light and in dark, whatever accent the site has chosen."""

import re

import pytest

from statuspage.render.assets import STATIC, load_assets
from statuspage.render.colour import DARK_BACKGROUND, LIGHT_BACKGROUND, contrast, readable

STYLE = (STATIC / "app.css").read_text()
MEANINGS = ("ink", "soft", "ok", "maint", "info", "degr", "part", "major")


def schemes():
    """Return the custom properties of the light scheme and of both spellings of the dark one."""
    blocks = re.findall(r":root[^{,]*\{(--paper[^}]*)\}", STYLE)
    return [dict(re.findall(r"--([a-z]+):(#[0-9a-f]{3,6})", block)) for block in blocks[:3]]


def long(colour):
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark by preference", "dark by switch"])
@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_meaning_holds_on_the_page(scheme, meaning):
    assert contrast(long(scheme[meaning]), long(scheme["paper"])) >= 4.5


def test_dark_by_preference_and_by_switch_are_the_same():
    _light, preferred, switched = schemes()

    assert preferred == switched


def test_white_holds_on_every_banner():
    fills = re.findall(r"--fill:(#[0-9a-f]{6})", STYLE)

    assert len(fills) == 6
    assert min(contrast(fill, "#ffffff") for fill in fills) >= 4.5


def test_the_accent_is_measured_against_the_backgrounds_of_the_style_sheet():
    light, dark, _switched = schemes()

    assert (light["wash"], dark["wash"]) == (LIGHT_BACKGROUND, DARK_BACKGROUND)
    assert contrast("#000000", light["wash"]) < contrast("#000000", long(light["paper"]))
    assert contrast("#ffffff", dark["wash"]) < contrast("#ffffff", dark["paper"])


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#ffffff", "#1d70b8", "#808080", "#ff00aa"])
@pytest.mark.parametrize("background", [LIGHT_BACKGROUND, DARK_BACKGROUND])
def test_any_accent_is_shifted_until_it_can_be_read(accent, background):
    assert contrast(readable(accent, background), background) >= 4.5


def test_an_accent_that_can_be_read_stays_as_it_is():
    assert readable("#00703c", LIGHT_BACKGROUND) == "#00703c"


def test_what_is_no_colour_never_reaches_the_style_sheet():
    styles = load_assets("red;} body{display:none").files

    assert not any(b"display:none" in content and b"red;}" in content for content in styles.values())


def test_the_accent_is_part_of_the_style_sheets_name():
    blue, pink = load_assets("#1d70b8"), load_assets("#a0005a")

    assert blue.url("app.css") != pink.url("app.css")
    assert blue.url("app.js") == pink.url("app.js")
    assert b"#a0005a" in pink.files[pink.names["app.css"]]
    assert b"#00acc" not in pink.files[pink.names["app.css"]]


def test_the_script_is_small_and_writes_no_markup():
    script = (STATIC / "app.js").read_text()

    assert len(script.encode()) <= 5_000
    assert not re.search(r"innerHTML|insertAdjacentHTML|eval\(|document\.write|\.style\b", script)
