"""Items from a file of any known format, or from all files of a folder, as one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from itembank.errors import Invalid, KhaothiError, NotFound, msg

from .aiken import import_aiken
from .found import ImportReport, Placement, Progress, RefusedPart, unheard
from .gift import import_gift
from .guards import files_below
from .moodle import import_moodle
from .qti import import_qti
from .sheets import import_xlsx
from .word import import_word

Importer = Callable[[Path, Placement, Progress], ImportReport]
IMPORTERS: dict[str, Importer] = {
    "docx": lambda file, place, told: import_word(file, placement=place, progress=told),
    "qti": lambda file, place, told: import_qti(file, placement=place, progress=told),
    "moodle": lambda file, place, told: import_moodle(file, place),
    "gift": lambda file, place, told: import_gift(file, place),
    "aiken": lambda file, place, told: import_aiken(file, place),
    "xlsx": lambda file, place, told: import_xlsx(file, place),
}
FORMATS = ("docx", "qti", "moodle", "gift", "aiken", "xlsx")
SUFFIXES = {".docx": "docx", ".docm": "docx", ".dotx": "docx", ".doc": "docx", ".xlsx": "xlsx",
            ".gift": "gift", ".txt": "aiken", ".xml": "qti", ".zip": "qti"}  # fmt: skip
_SNIFFED = 4_096


def import_path(
    source: Path, form: str | None, placement: Placement, progress: Progress = unheard
) -> ImportReport:
    """One report over a file or all files of a folder; what is refused is named in it."""
    started = time.monotonic()
    sources = list(_sources(source, form))
    reports = [_import_one(path, chosen, placement, progress) for path, chosen in sources]
    if not reports:
        empty = msg("Thư mục không có tệp nào nhập được ({kinds}).", kinds=", ".join(SUFFIXES))
        reports = [ImportReport(refused=(RefusedPart(msg("{name}", name=source.name), empty),))]
    return ImportReport(
        items=tuple(item for report in reports for item in report.items),
        refused=tuple(part for report in reports for part in report.refused),
        seconds=time.monotonic() - started,
        format=reports[0].format if len(reports) == 1 else None,
    )


def _sources(source: Path, form: str | None) -> Iterator[tuple[Path, str]]:
    """Files and their formats; the QTI files of a folder belong together and are read as one."""
    if source.is_file():
        yield source, form or format_of(source)
        return
    if not source.is_dir():
        raise NotFound(msg("Không có tệp {file}; kiểm tra đường dẫn.", file=source))
    if form == "qti":
        yield source, form
        return
    has_qti = False
    for file in files_below(source):
        if file.suffix.lower() not in SUFFIXES or file.name.startswith("~$"):
            continue
        chosen = form or format_of(file)
        if chosen == "qti" and file.suffix.lower() == ".xml":
            has_qti = True
        else:
            yield file, chosen
    if has_qti:
        yield source, "qti"


def format_of(file: Path) -> str:
    """The format by the file's name; of XML and plain text by what they begin with."""
    suffix = file.suffix.lower()
    if suffix == ".txt":
        with file.open("rb") as stream:
            head = stream.read(_SNIFFED).replace(b"\0", b"")
        return "gift" if b"{" in head and b"ANSWER:" not in head else "aiken"
    if suffix == ".xml":
        with file.open("rb") as stream:
            return "moodle" if b"<quiz" in stream.read(_SNIFFED) else "qti"
    return SUFFIXES.get(suffix, "docx")


def _import_one(path: Path, form: str, placement: Placement, progress: Progress) -> ImportReport:
    importer = IMPORTERS.get(form)
    try:
        if importer is None:
            raise Invalid(msg("Chưa nhập được tệp kiểu «{form}».", form=form))
        report = importer(path, placement, progress)
    except KhaothiError as error:
        return ImportReport(refused=(RefusedPart(msg("{name}", name=path.name), error.message),))
    named = tuple(
        replace(part, where=msg("{name}, {where}", name=path.name, where=part.where))
        for part in report.refused
    )
    return replace(report, refused=named)
