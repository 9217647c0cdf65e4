"""A package is true to the last byte, or refused. No database."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import Invalid
from itembank.handover import package
from itembank.handover.package import DamagedPackage
from itembank.signing import new_seed, signing_key, verify_key_of

KEY = signing_key("33" * 32)
STORED = b'{"stem":"1 + 1"}'
NAME = hashlib.sha256(STORED).hexdigest()
FILES = {f"cau-hoi/{NAME}.json": STORED, "qti.zip": b"qti", "bien-ban.docx": b"docx"}
TOLD = {
    "quota": {"title": "Đợt 1", "number": 1, "cells": []},
    "items": [{"code": "T-1", "version": NAME, "file": f"cau-hoi/{NAME}.json"}],
    "stimuli": [],
}
WHOLE = package.build(TOLD, FILES, KEY)
OURS = verify_key_of(KEY)


def changed(**files: bytes | None) -> bytes:
    """The package with files replaced, added, or left out (None)."""
    names = {name.replace("/", "__"): name for name in zip_names()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(out, "w") as new:
        for safe, name in names.items():
            body = files.pop(safe, old.read(name))
            if body is not None:
                new.writestr(name, body)
        for name, body in files.items():
            new.writestr(name, body or b"")
    return out.getvalue()


def zip_names() -> list[str]:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        return archive.namelist()


def test_the_same_contents_give_the_same_bytes() -> None:
    assert package.build(TOLD, FILES, KEY) == WHOLE
    assert package.check(WHOLE, OURS).n_items == 1


@given(at=st.integers(0, len(STORED) - 1), bit=st.integers(0, 7))
def test_one_bit_of_an_item_is_enough_to_be_refused(at: int, bit: int) -> None:
    spoilt = bytearray(STORED)
    spoilt[at] ^= 1 << bit
    with pytest.raises(DamagedPackage) as error:
        package.check(changed(**{f"cau-hoi__{NAME}.json": bytes(spoilt)}))
    assert NAME in str(error.value.problems[0].where)


@pytest.mark.parametrize("files", [{"qti.zip": None}, {"them.txt": b"x"}, {"qti.zip": b"Qti"}])
def test_a_file_missing_added_or_changed_is_named(files: dict[str, bytes | None]) -> None:
    with pytest.raises(DamagedPackage) as error:
        package.check(changed(**files))
    assert str(error.value.problems[0].where) in files


def test_a_manifest_mended_to_fit_is_refused_by_its_signature() -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["files"]["qti.zip"]["sha256"] = hashlib.sha256(b"other").hexdigest()
    mended = json.dumps(manifest).encode()
    with pytest.raises(DamagedPackage, match="Chữ kí"):
        package.check(changed(**{"manifest.json": mended, "qti.zip": b"other"}))


def test_a_package_signed_by_another_is_whole_but_not_ours() -> None:
    theirs = package.build(TOLD, FILES, signing_key(new_seed()))
    assert package.check(theirs).n_items == 1
    with pytest.raises(DamagedPackage, match="không do khoá"):
        package.check(theirs, OURS)


def test_an_item_under_the_name_of_another_version_is_refused() -> None:
    """Signed and whole, and yet a lie: the bytes are not those the name is the hash of."""
    other = {**FILES, f"cau-hoi/{NAME}.json": b"{}"}
    with pytest.raises(DamagedPackage) as error:
        package.check(package.build(TOLD, other, KEY), OURS)
    assert "không khớp mã phiên bản" in str(error.value.problems[0].what)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a package", changed(**{"manifest.json": None})])
def test_what_is_no_package_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid):
        package.check(data)
