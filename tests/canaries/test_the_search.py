"""The search is worth something only if it finds what is planted: every dress, every nesting."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import zipfile
import zlib

import pytest

from tests.canaries.hiding_places import digits_of, found_in, mark_of

MARKS = {"rationale": mark_of("rationale"), "key": digits_of("key"), "other": mark_of("other")}
AROUND = b'{"text":"%s","n":1}'


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", data)
    return file.getvalue()


DRESSES = {
    "raw": lambda data: data,
    "upper case": bytes.upper,
    "reversed": lambda data: data[::-1],
    "hex": lambda data: data.hex().encode(),
    "hex in capitals": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
    "base64 after one byte": lambda data: base64.b64encode(b"x" + data),
    "base64 after two bytes": lambda data: base64.b64encode(b"xy" + data),
    "base64 glued to a word": lambda data: b"abc" + base64.b64encode(data),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "zip": zipped,
    "gzip in base64": lambda data: base64.b64encode(gzip.compress(data)),
    "base64 in gzip": lambda data: gzip.compress(base64.b64encode(data)),
    "base64 of base64": lambda data: base64.b64encode(base64.b64encode(data)),
    "hex of gzip": lambda data: gzip.compress(data).hex().encode(),
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "json in json": lambda data: json.dumps(json.dumps({"x": data.decode()})).encode(),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("place", ["rationale", "key"])
def test_a_planted_mark_is_found_in_every_dress(dress, place):
    planted = DRESSES[dress](AROUND % MARKS[place].encode())
    assert found_in(planted, MARKS) == {place}
    assert found_in(b"<p>before</p>" + planted + b"<p>after</p>", MARKS) == {place}


@pytest.mark.parametrize("dress", DRESSES)
def test_nothing_is_found_where_nothing_is_planted(dress):
    innocent = DRESSES[dress](AROUND % b"Tinh dao ham cua ham so y = x^2 tai x = 735194626")
    assert found_in(innocent, MARKS) == set()
