"""Files from outside are opened here and nowhere else: bounded in size, depth and number.

A package is refused before anything of it is unpacked; nothing is ever written to a disk under a
name that a package chose; XML is read without entities, without a DTD and without a network.
"""

from __future__ import annotations

import io
import re
import stat
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lxml import etree

from ..errors import Invalid, TooLarge, msg, problem

MB = 1_000_000
_CHUNK = 1 << 20
_HEADER = 30  # bytes of a local file header before the name
_ENTRY = b"PK\x01\x02"  # one of these before every entry of the table of contents
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DRIVE = re.compile(r"[A-Za-z]:")
_ENTITY = tuple("<!ENTITY".encode(e) for e in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of us. The defaults carry a bank of several thousand items."""

    most_file_bytes: int = 200 * MB
    most_entries: int = 20_000
    most_entry_bytes: int = 100 * MB
    most_total_bytes: int = 400 * MB
    most_growth: int = 200  # times, looked at from `growth_from` bytes on
    growth_from: int = 20 * MB
    most_xml_bytes: int = 60 * MB
    most_elements: int = 1_000_000
    deepest: int = 200


USUAL = Limits()


class Deadline:
    """A stretch of work that ends in time. `check` raises TooLarge once `seconds` are over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._end

    def check(self) -> None:
        if self.is_over:
            raise TooLarge(
                msg(
                    "Đọc tệp quá {n} giây nên đã dừng; chia tệp thành nhiều tệp nhỏ hơn.",
                    n=f"{self.seconds:g}",
                ),
                code="too_slow",
            )


class SafeZip:
    """A zip file that passed every check of its table of contents."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check_entries(entries, limits)
        _check_names(archive.infolist())
        _check_overlap(entries)
        self._entries = {plain_path(entry.filename): entry for entry in entries}

    def names(self) -> list[str]:
        """Paths of the files inside, with `/`, in the order of the package."""
        return list(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Unpacked bytes as the table of contents has it; `read` never gives more."""
        return self._entry(name).file_size

    def read(self, name: str) -> bytes:
        """The bytes of one file inside. Raises Invalid where it is absent or broken."""
        entry = self._entry(name)
        try:
            with self._archive.open(entry) as stream:
                return stream.read(self._limits.most_entry_bytes)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as error:
            raise broken_entry(name) from error

    def _entry(self, name: str) -> zipfile.ZipInfo:
        found = self._entries.get(name)
        if found is None:
            raise Invalid(
                msg("Trong gói không có tệp «{name}» mà gói nhắc tới.", name=name),
                code="package_lacks_file",
                problems=[problem(msg("{name}", name=name), "Xuất lại gói từ chương trình gốc.")],
            )
        return found

    def close(self) -> None:
        self._archive.close()

    def __enter__(self) -> SafeZip:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_zip(source: Path | str | bytes, limits: Limits = USUAL) -> SafeZip:
    """A package whose names, sizes and number of entries are within `limits`.

    Raises Invalid (not a zip, truncated, encrypted, unsafe names) or TooLarge (bombs).
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")  # noqa: SIM115
    try:
        _check_file(stream, limits)
        return SafeZip(zipfile.ZipFile(stream), limits)
    except (zipfile.BadZipFile, EOFError, ValueError, OverflowError, NotImplementedError) as error:
        stream.close()
        raise not_a_package() from error
    except BaseException:
        stream.close()
        raise


def not_a_package() -> Invalid:
    return Invalid(
        "Tệp không phải gói nén đọc được, hoặc đã bị cắt cụt; tải lại hoặc xuất lại tệp.",
        code="not_a_package",
    )


def broken_entry(name: str) -> Invalid:
    return Invalid(
        msg("Tệp «{name}» trong gói bị hỏng; xuất lại gói từ chương trình gốc.", name=name),
        code="package_broken",
    )


def _check_file(stream: BinaryIO, limits: Limits) -> None:
    """Bound the table of contents before the library builds it in memory."""
    size = entries = 0
    tail = b""
    for chunk in iter(lambda: stream.read(_CHUNK), b""):
        size += len(chunk)
        entries += (tail + chunk).count(_ENTRY)
        tail = chunk[-3:]
        if size > limits.most_file_bytes:
            raise too_heavy(limits.most_file_bytes)
        if entries > limits.most_entries:
            raise _too_many(limits)
    stream.seek(0)


def too_heavy(most_bytes: int) -> TooLarge:
    return TooLarge(
        msg("Tệp nặng quá {n} MB; chia thành nhiều tệp nhỏ hơn.", n=most_bytes // MB),
        code="file_too_large",
    )


def _too_many(limits: Limits) -> TooLarge:
    return TooLarge(
        msg("Gói có quá {n} tệp; chia thành nhiều gói nhỏ hơn.", n=limits.most_entries),
        code="too_many_entries",
    )


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.most_entries:
        raise _too_many(limits)
    largest = max((entry.file_size for entry in entries), default=0)
    grows = total > limits.growth_from and total > limits.most_growth * packed
    if grows or total > limits.most_total_bytes or largest > limits.most_entry_bytes:
        raise TooLarge(
            msg(
                "Giải nén gói này cần tới {n} MB, quá giới hạn; gói không được mở.",
                n=total // MB,
            ),
            code="zip_bomb",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid("Gói có mật khẩu; bỏ mật khẩu rồi nộp lại.", code="package_locked")
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise Invalid("Gói dùng kiểu nén lạ; nén lại bằng ZIP thường.", code="package_packing")


def _check_names(entries: Iterable[zipfile.ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _unsafe(entry.orig_filename)
        name = plain_path(entry.orig_filename)
        folded = name.casefold()
        if folded in seen:
            raise _unsafe(entry.orig_filename)
        seen[folded] = name


def plain_path(name: str) -> str:
    """The path inside a package, `/`-separated. Raises Invalid where it points outside."""
    path = PurePosixPath(name.replace("\\", "/"))
    unsafe = (
        not name.strip()
        or "\0" in name
        or path.is_absolute()
        or ".." in path.parts
        or _DRIVE.match(name)
        or len(name) > 1_000
    )
    if unsafe:
        raise _unsafe(name)
    return str(path)


def _unsafe(name: str) -> Invalid:
    return Invalid(
        msg(
            "Gói có tên tệp không an toàn «{name}» (ra ngoài gói, liên kết, hoặc trùng tên); "
            "gói không được mở.",
            name=name[:200].replace("\0", "␀"),
        ),
        code="unsafe_name",
    )


def _check_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are how a small file claims to hold a large one."""
    end = -1
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise TooLarge(
                "Các tệp trong gói chồng lên nhau (bom nén); gói không được mở.", code="zip_bomb"
            )
        end = entry.header_offset + _HEADER + entry.compress_size


def parse_xml(raw: bytes, limits: Limits = USUAL) -> etree._Element:
    """Root element of an XML document that stays within `limits`.

    Entities are refused, no DTD or address outside is opened, comments and processing
    instructions are left out. Raises Invalid (not well-formed, entities) or TooLarge.
    """
    _check_amount(raw, limits)
    if any(mark in raw for mark in _ENTITY):
        raise _has_entities()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, limits) from error
    _check_tree(root, limits)
    return root


def _check_amount(raw: bytes, limits: Limits) -> None:
    if len(raw) > limits.most_xml_bytes:
        raise too_heavy(limits.most_xml_bytes)
    tags = raw.count(b"<")
    if tags > 2 * limits.most_elements or raw.count(b"=") > 8 * limits.most_elements:
        raise _too_deep(limits)


def _not_well_formed(error: etree.XMLSyntaxError, limits: Limits) -> Invalid | TooLarge:
    text = str(error)
    if "depth" in text.lower():
        return _too_deep(limits)
    if "amplification" in text.lower() or "entity" in text.lower():
        return _has_entities()
    return Invalid(
        msg("Tệp XML viết sai ở dòng {line}; xuất lại từ chương trình gốc.", line=error.lineno),
        code="xml_broken",
    )


def _has_entities() -> Invalid:
    return Invalid(
        "Tệp XML khai báo thực thể (ENTITY) nên không được đọc; xuất lại tệp không có DTD.",
        code="xml_entities",
    )


def _too_deep(limits: Limits) -> TooLarge:
    return TooLarge(
        msg(
            "Tệp XML lồng quá {deep} tầng hoặc có quá {many} phần tử nên không được đọc.",
            deep=limits.deepest,
            many=limits.most_elements,
        ),
        code="xml_too_deep",
    )


def _check_tree(root: etree._Element, limits: Limits) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):  # type: ignore[attr-defined]
        raise _has_entities()
    elements = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > limits.deepest or elements > limits.most_elements:
            raise _too_deep(limits)


def files_below(folder: Path, *, suffix: str = "", most: int = 20_000) -> Iterator[Path]:
    """Regular files below a folder, in order; symbolic links are never followed."""
    count = 0
    for path in sorted(folder.rglob(f"*{suffix}")):
        if path.is_symlink() or not path.is_file() or _through_link(path, folder):
            continue
        count += 1
        if count > most:
            raise TooLarge(
                msg("Thư mục có quá {n} tệp; chia nhỏ rồi nhập từng phần.", n=most),
                code="too_many_entries",
            )
        yield path


def _through_link(path: Path, folder: Path) -> bool:
    return any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(folder))
