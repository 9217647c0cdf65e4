"""A .docx as a package: its parts and relationships; everything that only looks like one refused."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from lxml.etree import _Element

from ...errors import Invalid, Message, msg
from ..guards import USUAL, Limits, SafeZip, open_zip, parse_xml
from .names import RELATIONSHIPS, transitional

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "officeDocument"
_WORD_TYPES = ("wordprocessingml.document", "wordprocessingml.template", "ms-word.document",
               "ms-word.template")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relationship:
    kind: str
    target: str
    is_external: bool


class Package:
    """The parts of a Word file. Closed with `close` or as a context."""

    def __init__(self, archive: SafeZip, main: str, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self.main = main
        self._relationships: dict[str, dict[str, Relationship]] = {}

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def names(self) -> list[str]:
        return self._archive.names()

    def read(self, name: str) -> bytes:
        return self._archive.read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._archive

    def xml(self, name: str) -> _Element:
        return parse_xml(transitional(self._archive.read(name)), self._limits)

    @cached_property
    def document(self) -> _Element:
        return self.xml(self.main)

    def related(self, kind: str) -> _Element | None:
        """The part that the document calls its styles, numbering, footnotes, ..."""
        for found in self.relationships(self.main).values():
            if found.kind == kind and not found.is_external and found.target in self._archive:
                return self.xml(found.target)
        return None

    def relationships(self, part: str) -> dict[str, Relationship]:
        if part not in self._relationships:
            folder, name = posixpath.split(part)
            path = posixpath.join(folder, "_rels", f"{name}.rels")
            root = self.xml(path) if path in self._archive else None
            self._relationships[part] = _read_relationships(root, folder)
        return self._relationships[part]

    @property
    def left_out(self) -> tuple[Message, ...]:
        """Parts that are never opened, said once for the file."""
        found = []
        if any(name.lower().endswith("vbaproject.bin") for name in self.names()):
            found.append(msg("Tệp có macro; macro không được đọc và không được chạy."))
        relationships = self.relationships(self.main).values()
        if any(r.kind == "aFChunk" for r in relationships):
            found.append(msg("Tệp nhúng một văn bản khác (altChunk) nên phần đó chưa được đọc."))
        if any(r.kind == "package" for r in relationships):
            found.append(msg("Tệp nhúng tệp khác (bảng tính, gói); tệp nhúng không được mở."))
        if any(r.is_external and r.kind in {"image", "attachedTemplate"} for r in relationships):
            found.append(
                msg("Tệp trỏ tới hình hay mẫu ở nơi khác; không có gì được tải về từ mạng.")
            )
        return tuple(found)


def _read_relationships(root: _Element | None, folder: str) -> dict[str, Relationship]:
    found: dict[str, Relationship] = {}
    for element in () if root is None else root.iter(RELATIONSHIPS + "Relationship"):
        target = element.get("Target", "")
        external = element.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = Relationship(kind, target, external)
    return found


def open_package(source: Path | bytes, limits: Limits = USUAL) -> Package:
    """Open a Word file. Raises Invalid, with the way out, for anything else."""
    _refuse_other_formats(source)
    archive = open_zip(source, limits)
    try:
        main = _main_part(archive, limits)
    except BaseException:
        archive.close()
        raise
    return Package(archive, main, limits)


def _start_of(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:4096]
    with source.open("rb") as stream:
        return stream.read(4096)


def _refuse_other_formats(source: Path | bytes) -> None:
    start = _start_of(source)
    kind = _kind_of(start)
    if kind == "zip":
        return
    if kind == "ole":
        whole = source if isinstance(source, bytes) else source.read_bytes()
        if _ENCRYPTED in whole:
            raise Invalid(
                "Tệp Word có mật khẩu. Mở bằng Word, vào File › Info › Protect Document, bỏ mật "
                "khẩu, lưu lại rồi nhập.",
                code="word_locked",
            )
        raise Invalid(
            msg("Đây là tệp Word kiểu cũ (.doc). {way}", way=msg(SAVE_AS_DOCX)), code="word_legacy"
        )
    raise Invalid(_REFUSALS[kind], code=f"word_{kind}")


SAVE_AS_DOCX = (
    "Mở tệp bằng Word, chọn «Save As» (Lưu thành) kiểu «Word Document (.docx)» rồi nhập lại."
)
Kind = Literal["zip", "ole", "pdf", "rtf", "html", "empty", "unknown"]
_REFUSALS: dict[str, Message] = {
    "pdf": msg(
        "Đây là tệp PDF mang tên tệp Word. Nhập tệp Word gốc; PDF không giữ cấu trúc câu hỏi."
    ),
    "rtf": msg("Đây là tệp RTF. {way}", way=msg(SAVE_AS_DOCX)),
    "html": msg("Đây là trang web (HTML) mang tên tệp Word. {way}", way=msg(SAVE_AS_DOCX)),
    "empty": msg("Tệp rỗng; chép lại tệp từ máy đã soạn."),
    "unknown": msg("Đây không phải tệp Word (.docx). {way}", way=msg(SAVE_AS_DOCX)),
}


def _kind_of(start: bytes) -> Kind:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = head[:512].lower()
    if start.startswith(b"PK"):
        return "zip"
    if start.startswith(_OLE):
        return "ole"
    if b"%pdf-" in start[:1024].lower():
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if lower.startswith((b"<html", b"<!doctype", b"<?xml")) or b"<html" in lower:
        return "html"
    return "unknown" if start else "empty"


def _main_part(archive: SafeZip, limits: Limits) -> str:
    """The main document, by the package's own relationships. Raises Invalid for other formats."""
    if "mimetype" in archive and b"opendocument" in archive.read("mimetype"):
        raise Invalid(
            msg("Đây là tệp OpenDocument (.odt). {way}", way=msg(SAVE_AS_DOCX)), code="word_odt"
        )
    if "_rels/.rels" not in archive or "[Content_Types].xml" not in archive:
        raise _not_word()
    root = parse_xml(transitional(archive.read("_rels/.rels")), limits)
    for found in _read_relationships(root, "").values():
        if found.kind == _MAIN and found.target in archive:
            _check_type(archive, found.target, limits)
            return found.target
    raise _not_word()


def _check_type(archive: SafeZip, main: str, limits: Limits) -> None:
    types = parse_xml(archive.read("[Content_Types].xml"), limits)
    for element in types:
        if element.get("PartName", "").lstrip("/") == main:
            if not any(t in element.get("ContentType", "").lower() for t in _WORD_TYPES):
                raise _not_word()
            return


def _not_word() -> Invalid:
    return Invalid(
        msg("Đây không phải tệp Word (.docx). {way}", way=msg(SAVE_AS_DOCX)), code="word_unknown"
    )
