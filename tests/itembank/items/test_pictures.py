"""Pictures from outside are made harmless, bounded, and upright before they are stored."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from itembank.errors import Invalid, TooLarge
from itembank.items.pictures import accept

MB = 1_000_000


def _svg(inner: str, attributes: str = 'viewBox="0 0 100 50"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inner}</svg>'.encode()


def _kept(inner: str) -> str:
    return accept(_svg(inner), most_bytes=MB).body.decode()


def _photo(orientation: int) -> bytes:
    """A photo 40 wide and 20 high as the camera wrote it, with its place and its turn noted."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "May anh cua truong"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_taken_upright_stays_upright_and_tells_nothing_of_its_camera():
    picture = accept(_photo(orientation=6), most_bytes=MB)
    assert (picture.width, picture.height) == (20, 40)
    assert b"May anh" not in picture.body
    with Image.open(io.BytesIO(picture.body)) as stored:
        assert stored.size == (20, 40)
        assert not stored.getexif()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_keeps_its_size(kind):
    out = io.BytesIO()
    Image.new("RGB", (31, 17), "navy").save(out, kind)
    picture = accept(out.getvalue(), most_bytes=MB)
    assert (picture.width, picture.height) == (31, 17)


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<rect width="9" height="9" onclick="alert(1)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://evil.example/a.png"/>',
        '<use href="https://evil.example/a.svg#x"/>',
        "<style>@import url(https://evil.example/a.css)</style>",
        '<rect style="fill:url(https://evil.example/)"/>',
        '<rect fill="url(https://evil.example/#a)"/>',
        '<rect cursor="url(#a), url(https://evil.example/a.png)"/>',
        r'<rect fill="u\72l(https://evil.example/#a)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_nothing_of_an_svg_acts_or_reaches_outside(inner):
    kept = _kept(f'<path d="M0 0h9"/>{inner}')
    assert "M0 0h9" in kept
    for trace in ("evil", "alert", "script", "onclick", "import"):
        assert trace not in kept


def test_an_svg_keeps_its_gradients_and_markers():
    kept = _kept(
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
        '<rect fill="url(#g)" width="9" height="9"/>'
    )
    assert 'fill="url(#g)"' in kept


@pytest.mark.parametrize(
    "raw",
    [
        b"day khong phai hinh",
        b"",
        b"%PDF-1.7 ...",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        _svg("<rect")[:-3],
        _svg("", 'viewBox="0 0 99999999 2"'),
    ],
)
def test_what_is_no_picture_is_refused_in_words(raw):
    with pytest.raises(Invalid) as caught:
        accept(raw, most_bytes=MB)
    assert caught.value.code == "not_a_picture"


def _bomb(side: int) -> bytes:
    """A PNG that says it is `side` x `side` and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_000, 9_000, 30_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unfolded(side):
    with pytest.raises((TooLarge, Invalid)) as caught:
        accept(_bomb(side), most_bytes=MB)
    assert isinstance(caught.value, TooLarge), "the author is told to make it smaller"


def test_an_svg_that_doubles_itself_is_refused():
    levels = "".join(
        f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40)
    )
    with pytest.raises(TooLarge):
        accept(_svg(f'<path id="g0" d="M0 0h9"/>{levels}'), most_bytes=MB)


def test_an_svg_nested_without_end_is_refused():
    with pytest.raises(TooLarge):
        accept(_svg("<g>" * 5_000 + "</g>" * 5_000), most_bytes=MB)


def test_an_svg_may_repeat_a_shape():
    dots = "".join(f'<use href="#dot" x="{n}"/>' for n in range(200))
    assert _kept(f'<circle id="dot" r="1"/>{dots}').count("<use") == 200


def test_a_heavy_picture_is_refused_with_the_limit():
    with pytest.raises(TooLarge, match="1 MB"):
        accept(b"\x89PNG" + b"0" * MB, most_bytes=MB)
