"""Logos: drawn anew from whatever was uploaded, or refused in a sentence."""

import random
import tracemalloc
from contextlib import suppress

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from statuspage.adapters.images import LARGEST, MOST_BYTES, PillowPictures
from statuspage.domain.errors import RuleError
from statuspage.domain.public import LogoGround
from statuspage.services.ports import Picture
from tests.pictures import bomb, opened, picture, saved

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
WITH_SCRIPT = b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg><script>alert(1)</script></svg>'
COLOURS = {"LA": (9, 255), "RGBA": (9, 9, 9, 255), "I;16": 30_000}


def encode(content: bytes) -> Picture:
    return PillowPictures().encode(content)


def refusal(content: bytes) -> RuleError:
    with pytest.raises(RuleError) as refused:
        encode(content)
    assert refused.value.field == "logo"
    return refused.value


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_of_picture_becomes_a_png(kind: str):
    made = encode(picture((300, 80), kind=kind))

    assert made.media_type == "image/png"
    assert opened(made.content).format == "PNG"
    assert opened(made.content).size == (made.width, made.height)


def test_the_transparent_rim_is_cut_off():
    made = encode(picture((300, 80)))

    assert (made.width, made.height) == (296, 76)


@pytest.mark.parametrize(
    ("size", "fits"),
    [((600, 160), (600, 160)), ((602, 160), (600, 159)), ((40, 1600), (4, 160)), ((9, 4), (9, 4))],
)
def test_a_large_picture_is_scaled_down_and_a_small_one_left(size, fits):
    made = encode(saved(Image.new("RGB", size, "red")))

    assert (made.width, made.height) == fits
    assert (made.width <= LARGEST[0], made.height <= LARGEST[1]) == (True, True)


def test_nothing_of_the_file_stays_but_what_can_be_seen():
    notes = PngInfo()
    notes.add_text("Author", "Ana Example")
    exif = Image.Exif()
    exif[0x010E] = "Taken at home"
    source = saved(
        Image.new("RGB", (60, 20), "red"), pnginfo=notes, exif=exif.tobytes(), icc_profile=b"profile of Ana"
    )
    assert b"Ana" in source

    made = encode(source).content

    assert [word for word in (b"Ana", b"home", b"iCCP", b"eXIf", b"tEXt") if word in made] == []


def test_a_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = encode(saved(Image.new("RGB", (80, 40), "red"), "JPEG", exif=exif.tobytes()))

    assert (made.width, made.height) == (40, 80)


def test_a_gif_shows_its_first_frame():
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")

    made = encode(saved(first, "GIF", save_all=True, append_images=[second]))

    assert opened(made.content).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_storing_colours_is_read(mode: str):
    assert encode(saved(Image.new(mode, (30, 10), COLOURS.get(mode, 1)))).width == 30


def test_a_picture_of_the_print_shop_is_read():
    assert encode(saved(Image.new("CMYK", (30, 10)), "JPEG")).width == 30


@pytest.mark.parametrize(
    ("colour", "ground"),
    [
        ((11, 12, 12, 255), LogoGround.LIGHT),
        ((255, 255, 255, 255), LogoGround.DARK),
        ((29, 112, 184, 255), LogoGround.ANY),
    ],
)
def test_a_see_through_logo_gets_the_ground_it_can_be_seen_on(colour, ground):
    assert encode(picture((60, 30), colour)).ground is LogoGround.ANY  # cut to its rim it is not see-through

    image = Image.new("RGBA", (60, 30))
    image.paste(colour, (0, 0, 30, 30))
    image.paste(colour, (50, 0, 60, 5))
    assert encode(saved(image)).ground is ground


def test_a_picture_with_a_ground_of_its_own_needs_none():
    assert encode(saved(Image.new("RGB", (60, 30), "white"))).ground is LogoGround.ANY


@pytest.mark.parametrize("content", [SVG, WITH_SCRIPT, b"  \n<html>"])
def test_an_svg_is_refused_with_and_without_a_program(content: bytes):
    assert (
        refusal(content).message
        == "An SVG can carry a program, so it is not taken. Export the logo as a PNG."
    )


def test_a_file_of_two_megabytes_is_read_and_one_byte_more_is_not():
    small = picture()

    assert encode(small + bytes(MOST_BYTES - len(small)))
    assert refusal(small + bytes(MOST_BYTES - len(small) + 1)).code == "logo_too_large"


@pytest.mark.parametrize("size", [(3000, 2001), (5000, 2000), (60_000, 60_000), (1_000_000, 2)])
def test_a_bomb_is_refused_before_it_is_unfolded(size):
    encode(picture())  # what is loaded once does not count
    tracemalloc.start()

    refused = refusal(bomb(*size))

    assert refused.code == "logo_too_large" or size == (1_000_000, 2)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_as_many_pixels_as_allowed_are_read():
    assert encode(saved(Image.new("1", (3000, 2000), 1))).width == 240


def test_a_jpeg_that_is_drawn_ever_again_is_refused():
    header, scan = picture(kind="JPEG", progressive=True).split(b"\xff\xda", 1)

    assert refusal(header + (b"\xff\xda" + scan.removesuffix(b"\xff\xd9")) * 70).code == "logo_too_large"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_damaged_file_is_refused_in_a_sentence(kind: str):
    whole = saved(Image.effect_noise((200, 80), 60).convert("RGB"), kind)

    for length in (9, 40, len(whole) // 2):
        assert refusal(whole[:length]).code == "logo_unreadable"


@pytest.mark.parametrize(
    "content", [b"GIF89a", b"hello", bytes(100), b"%PDF-1.7", b"BM" + bytes(60), b"II*\0" + bytes(60)]
)
def test_what_is_no_picture_of_these_kinds_is_refused(content: bytes):
    assert "Use a PNG, JPEG, WebP or GIF" in refusal(content).message


def test_a_picture_of_nothing_is_refused():
    assert "transparent all over" in refusal(saved(Image.new("RGBA", (9, 9)))).message


def test_an_empty_upload_is_asked_for():
    assert refusal(b"").code == "logo_missing"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_whatever_bytes_are_changed_the_answer_is_a_picture_or_a_sentence(kind: str):
    dice = random.Random(kind)
    whole = picture((60, 20), kind=kind)

    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        with suppress(RuleError):
            encode(bytes(broken))


def test_a_colourful_picture_is_kept_small():
    made = encode(saved(Image.effect_noise((600, 160), 80).convert("RGB")))

    assert len(made.content) < 110_000
