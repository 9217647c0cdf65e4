"""Hostile packages and documents are refused, in bounded time, with a sentence (F25, F26)."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest

from itembank.errors import Invalid, TooLarge
from itembank.exchange.guards import Deadline, Limits, files_below, open_zip, parse_xml

QUICKLY = 2.0


def package(files: dict[str, bytes], **entry: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in entry.items():
                setattr(info, key, value)
            archive.writestr(info, body)
    return out.getvalue()


def test_an_ordinary_package_opens_from_bytes_and_from_a_path(tmp_path: Path) -> None:
    raw = package({"a.xml": b"<a/>", "media/b.png": b"png"})
    path = tmp_path / "p.zip"
    path.write_bytes(raw)
    for source in (raw, path, str(path)):
        with open_zip(source) as opened:
            assert opened.names() == ["a.xml", "media/b.png"]
            assert opened.read("media/b.png") == b"png"
            assert "a.xml" in opened
            assert opened.size("a.xml") == 4


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "x/../../a",
        "/etc/passwd",
        "C:\\a",
        "C:/a",
        "..\\a",
        "\\\\host\\a",
        "a/" * 600 + "b",
    ],
)
def test_names_that_leave_the_package_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_zip(package({name: b"x"}))
    assert caught.value.code == "unsafe_name"


def test_a_name_cut_by_a_nul_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        open_zip(package({"a~b.xml": b"x"}).replace(b"a~b", b"a\0b"))
    assert caught.value.code == "unsafe_name"


def test_names_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(Invalid, match="không an toàn"):
        open_zip(package({"Item.xml": b"1", "item.XML": b"2"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind: int) -> None:
    with pytest.raises(Invalid) as caught:
        open_zip(package({"item.xml": b"/etc/passwd"}, external_attr=(kind | 0o777) << 16))
    assert caught.value.code == "unsafe_name"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    raw = package({f"{n}.bin": bytes(40_000_000) for n in range(2)})
    assert len(raw) < 200_000
    start = time.process_time()
    with pytest.raises(TooLarge) as caught:
        open_zip(raw)
    assert caught.value.code == "zip_bomb"
    assert time.process_time() - start < QUICKLY


def test_a_size_that_lies_yields_no_more_than_it_says() -> None:
    raw = bytearray(package({"a.bin": bytes(3_000_000)}))
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    opened = open_zip(bytes(raw))
    with pytest.raises(Invalid) as caught:
        opened.read("a.bin")
    assert caught.value.code == "package_broken"


def test_entries_that_share_bytes_are_refused() -> None:
    raw = package({"a.bin": b"a" * 500, "b.bin": b"b" * 500})
    second = raw.rindex(b"PK\x01\x02")
    broken = bytearray(raw)
    broken[second + 42 : second + 46] = struct.pack("<I", 0)
    with pytest.raises(TooLarge) as caught:
        open_zip(bytes(broken))
    assert caught.value.code == "zip_bomb"


def test_a_million_entries_are_counted_before_the_table_is_built() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    start = time.process_time()
    with pytest.raises(TooLarge) as caught:
        open_zip(entry * 1_000_000)
    assert caught.value.code == "too_many_entries"
    assert time.process_time() - start < QUICKLY


def test_locked_truncated_foreign_and_oddly_packed_files_are_refused() -> None:
    whole = package({"a.xml": b"<a/>" * 100})
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    odd = io.BytesIO()
    with zipfile.ZipFile(odd, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"a")
    expected = {
        "package_locked": bytes(locked),
        "package_packing": odd.getvalue(),
        "not_a_package": whole[: len(whole) // 2],
    }
    for code, raw in expected.items():
        with pytest.raises(Invalid) as caught:
            open_zip(raw)
        assert caught.value.code == code
    with pytest.raises(Invalid, match="gói nén"):
        open_zip(b"%PDF-1.7 not a package")


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge) as caught:
        open_zip(package({"a": b"x" * 5000}), Limits(most_file_bytes=50))
    assert caught.value.code == "file_too_large"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Invalid, match=r"items/7\.xml"):
        open_zip(package({"a": b""})).read("items/7.xml")


XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10))
    + b"]><a>&k;</a>"
)
PARAMETER = b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><a/>'


@pytest.mark.parametrize("raw", [XXE, LAUGHS, PARAMETER, XXE.decode().encode("utf-16")])
def test_entities_are_refused(raw: bytes) -> None:
    start = time.process_time()
    with pytest.raises(Invalid) as caught:
        parse_xml(raw)
    assert caught.value.code == "xml_entities"
    assert time.process_time() - start < QUICKLY


def test_a_doctype_outside_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.dtd").write_text('<!ATTLIST a planted CDATA "yes">')
    root = parse_xml(f'<!DOCTYPE a SYSTEM "file://{tmp_path}/x.dtd"><a/>'.encode())
    assert dict(root.attrib) == {}


def test_inclusions_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = parse_xml(
        b'<a xmlns:xi="http://www.w3.org/2001/XInclude">'
        + f'<xi:include href="file://{tmp_path}/secret" parse="text"/></a>'.encode()
    )
    assert "secret" not in "".join(str(text) for text in root.itertext())


@pytest.mark.parametrize("depth", [201, 300, 100_000])
def test_deep_nesting_is_refused_in_time(depth: int) -> None:
    start = time.process_time()
    with pytest.raises(TooLarge) as caught:
        parse_xml(b"<a>" * depth + b"</a>" * depth)
    assert caught.value.code == "xml_too_deep"
    assert time.process_time() - start < QUICKLY


def test_two_hundred_levels_are_read() -> None:
    assert parse_xml(b"<a>" * 200 + b"</a>" * 200).tag == "a"


def test_too_many_elements_or_attributes_are_refused() -> None:
    few = Limits(most_elements=1000)
    for raw in (b"<a>" + b"<b/>" * 1001 + b"</a>", b"<a " + b"b='' " * 9000 + b"/>"):
        with pytest.raises(TooLarge):
            parse_xml(raw, few)


def test_a_broken_document_is_told_with_its_line() -> None:
    with pytest.raises(Invalid, match="dòng 3") as caught:
        parse_xml(b"<a>\n<b>\n</a>")
    assert caught.value.code == "xml_broken"


def test_links_below_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.xml").write_text("<a/>")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.xml").write_text("<a/>")
    (inside / "link.xml").symlink_to(outside / "secret.xml")
    (inside / "folder").symlink_to(outside)
    assert [path.name for path in files_below(inside, suffix=".xml")] == ["a.xml"]


def test_a_deadline_that_is_over_is_told() -> None:
    Deadline(60).check()
    with pytest.raises(TooLarge) as caught:
        Deadline(-1).check()
    assert caught.value.code == "too_slow"
