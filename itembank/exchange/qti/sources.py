"""Where an import reads from: one XML file, a zip package, or a folder, behind one face."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ...errors import Invalid, NotFound, msg
from ..guards import USUAL, Limits, files_below, not_a_package, open_zip, too_heavy


class Files(Protocol):
    """Named files, read one at a time."""

    def names(self) -> list[str]: ...
    def read(self, name: str) -> bytes: ...


class FolderFiles:
    """Files below a folder; `only` limits what is listed, not what an item may refer to."""

    def __init__(self, folder: Path, limits: Limits, only: str | None = None) -> None:
        self._limits = limits
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for path in files_below(folder, most=limits.most_entries)
        }
        self._only = only

    def names(self) -> list[str]:
        return list(self._paths) if self._only is None else [self._only]

    def read(self, name: str) -> bytes:
        path = self._paths.get(name)
        if path is None:
            raise Invalid(msg("Trong gói không có tệp «{name}» mà gói nhắc tới.", name=name))
        if path.stat().st_size > self._limits.most_entry_bytes:
            raise too_heavy(self._limits.most_entry_bytes)
        return path.read_bytes()


class OneDocument:
    """A single XML document given as bytes."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def names(self) -> list[str]:
        return ["item.xml"]

    def read(self, name: str) -> bytes:
        if name != "item.xml":
            raise Invalid(msg("Trong gói không có tệp «{name}» mà gói nhắc tới.", name=name))
        return self._raw


@contextmanager
def open_source(source: Path | str | bytes, limits: Limits = USUAL) -> Iterator[Files]:
    """The files of a source. Raises NotFound, Invalid or TooLarge."""
    if isinstance(source, bytes):
        yield from _from_bytes(source, limits)
        return
    path = Path(source)
    if path.is_dir():
        yield FolderFiles(path, limits)
    elif not path.is_file():
        raise NotFound(msg("Không có tệp «{name}».", name=str(source)))
    elif _is_zip(path):
        with open_zip(path, limits) as archive:
            yield archive
    elif path.stat().st_size > limits.most_xml_bytes:
        raise too_heavy(limits.most_xml_bytes)
    else:
        yield FolderFiles(path.parent, limits, only=path.name)


def _from_bytes(source: bytes, limits: Limits) -> Iterator[Files]:
    if source[:2] == b"PK":
        with open_zip(source, limits) as archive:
            yield archive
    elif source.lstrip()[:1] == b"<" or source[:2] in (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb"):
        yield OneDocument(source)
    else:
        raise not_a_package()


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"PK"
