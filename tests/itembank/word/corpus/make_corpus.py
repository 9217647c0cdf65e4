"""Makes the corpus of Word files: `python -m tests.itembank.word.corpus.make_corpus`.

Every file is written by python-docx from the functions of this package, with what an importer
must find in it beside as JSON. With LibreOffice on the path a part of the files is saved by it as
well, in `files/libreoffice`, so that not all of them come from one writer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import conventions, faults, hard_cases
from .writer import Paper, repacked

FOLDER = Path(__file__).parent / "files"
OFFICE = FOLDER / "libreoffice"
SAVED_AGAIN = (
    "underlined_in_lines", "underlined_in_one_line", "two_columns", "options_in_table",
    "red_among_blue", "highlighted", "answers_by_part", "truths_in_columns", "italic_in_place",
    "automatic_numbers", "inherited_underline", "split_labels", "pictures", "office_math",
    "tracked_changes", "tcvn3", "stimuli_by_range", "questions_in_a_table", "footnotes",
    "missing_key", "conflict_with_table",
)  # fmt: skip


def all_files() -> list[Callable[[Paper], None]]:
    return [*conventions.FILES, *hard_cases.FILES, *faults.FILES]


def written(make: Callable[[Paper], None]) -> Paper:
    paper = Paper(
        make.__name__, " ".join((make.__doc__ or make.__name__.replace("_", " ")).split())
    )
    make(paper)
    return paper


def make_all(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for make in all_files():
        written(make).save(folder)


def save_with_office(folder: Path = FOLDER) -> None:
    """Files opened and saved by LibreOffice Writer."""
    office = shutil.which("soffice")
    if office is None:
        print("LibreOffice is not on the path: its versions are left as they are", file=sys.stderr)
        return
    OFFICE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sources = [str(folder / f"{name}.docx") for name in SAVED_AGAIN]
        command = [
            office,
            "--headless",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            scratch,
        ]
        subprocess.run([*command, *sources], check=True, capture_output=True, timeout=600)
        for name in SAVED_AGAIN:
            raw = (Path(scratch) / f"{name}.docx").read_bytes()
            (OFFICE / f"{name}.docx").write_bytes(repacked(raw))


if __name__ == "__main__":
    make_all()
    if "--office" in sys.argv:
        save_with_office()
