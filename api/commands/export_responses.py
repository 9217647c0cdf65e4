"""`khaothi export-responses`: responses in the forms other programs read."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from psychometrics import Calibration, DataError, NotBuilt, ResponseMatrix
from psychometrics.exports import (
    Column,
    response_columns,
    write_codebook,
    write_conquest,
    write_csv,
    write_mirt,
    write_parameters,
    write_tam,
)

from .response_options import add_response_options, read, refusing, words_for_items

DESCRIPTION = """\
Write responses for another program, with a codebook.

  mirt      CSV and an R script          conquest  fixed columns, labels and a command file
  tam       CSV and an R script          sav       SPSS, labels, kinds of missing as user-missing
  csv       CSV and a codebook           parquet   Parquet and a codebook

With --calibration (mirt, tam, conquest) also a script that keeps its parameters; with csv, sav and
parquet a table of them. The scripts for mirt, tam and conquest see omitted and invalid responses as
wrong and what was not reached as missing, as `calibrate` does.
"""
PROGRAMS = {"mirt": write_mirt, "tam": write_tam, "conquest": write_conquest}
TABLES = ("csv", "parquet", "sav")


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "export-responses",
        help="write responses for mirt, TAM, ConQuest, SPSS or a spreadsheet",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_response_options(made)
    made.add_argument("--to", required=True, choices=(*PROGRAMS, *TABLES), help="which program")
    made.add_argument("--out", required=True, metavar="FOLDER", help="made where it is not there")
    made.add_argument(
        "--model", default="gpcm", help="mirt, tam, conquest: the model of all items [gpcm]"
    )
    made.add_argument("--calibration", metavar="RESULT.json", help="what `calibrate` wrote")
    made.add_argument(
        "--item-labels", metavar="FILE.csv", help="words for items: columns item and label"
    )
    made.add_argument(
        "--language",
        choices=("vi", "en"),
        default="vi",
        help="of the labels, sav, csv, parquet [vi]",
    )
    made.add_argument("--overwrite", action="store_true", help="replace files that are there")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return refusing(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    labels = words_for_items(args.item_labels, "label", refusal="bad_labels_file") or None
    calibration = Calibration.from_json(args.calibration) if args.calibration else None
    responses = read(args)
    folder = Path(args.out)
    if folder.exists() and any(folder.iterdir()) and not args.overwrite:
        raise DataError(
            "folder_not_empty",
            f"{folder} is not empty; choose another folder, or --overwrite.",
            path=str(folder),
        )
    folder.mkdir(parents=True, exist_ok=True)
    if args.to in PROGRAMS:
        write = PROGRAMS[args.to]
        written = write(folder, responses, args.model, calibration=calibration, item_labels=labels)
    else:
        columns = response_columns(responses, item_labels=labels, language=args.language)
        written = _write_table(folder, args.to, columns, calibration)
    print(_summary(responses, written))
    return 0


def _write_table(
    folder: Path, to: str, columns: tuple[Column, ...], calibration: Calibration | None
) -> tuple[Path, ...]:
    written = [folder / f"responses.{to}", folder / "codebook.csv"]
    _writer(to)(written[0], columns)
    write_codebook(written[1], columns)
    if calibration is not None:
        written.append(folder / "parameters.csv")
        write_parameters(written[2], calibration)
    return tuple(written)


def _writer(to: str) -> Callable[[Path, tuple[Column, ...]], object]:
    if to == "csv":
        return write_csv
    module, package = ("spss", "pyreadstat") if to == "sav" else ("parquet_files", "pyarrow")
    try:
        loaded = importlib.import_module(f"psychometrics.exports.{module}")
    except ImportError as error:
        raise NotBuilt(
            "export_needs_package",
            f"This needs the package {package}; install it.",
            package=package,
        ) from error
    write: Callable[[Path, tuple[Column, ...]], object] = getattr(loaded, f"write_{to}")
    return write


def _summary(responses: ResponseMatrix, written: tuple[Path, ...]) -> str:
    count = f"Đã ghi bài làm của {responses.n_persons} thí sinh, {responses.n_items} câu:"
    return "\n".join([count, *(f"  {path}" for path in written)])
