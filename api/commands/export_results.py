"""`khaothi export-results`: the results of a sitting for offices, statistics and other systems."""

from __future__ import annotations

import argparse
import importlib
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from itembank.errors import Invalid, NotFound, msg
from psychometrics.exports import Column, write_codebook, write_csv

from ..db import connect
from ..result_tables import qti_results, result_columns, xlsx_file
from ..settings import from_env

DESCRIPTION = """\
  xlsx      results.xlsx with a codebook sheet      parquet  results.parquet and codebook.csv
  csv       results.csv and codebook.csv            sav      results.sav (SPSS, labels inside) and codebook.csv
  qti       one QTI assessmentResult (XML) for everybody who handed in
"""
MODULES = {"sav": ("spss", "pyreadstat"), "parquet": ("parquet_files", "pyarrow")}


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "export-results",
        help="write the results of a sitting with a codebook, or as QTI results",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--sitting", required=True, metavar="ID")
    made.add_argument("--to", required=True, choices=("xlsx", "csv", "parquet", "sav", "qti"))
    made.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    with connect(from_env().database_url).rehearse() as db:
        files = write_results(db, _sitting(db, args.sitting), args.to, args.out)
    print("\n".join(str(path) for path in files))
    return 0


def _sitting(db: Session, name: str) -> Sitting:
    try:
        return sittings.sitting_of(db, uuid.UUID(name))
    except ValueError as error:
        raise NotFound(msg("Không có đợt thi mã «{id}».", id=name)) from error


def write_results(db: Session, sitting: Sitting, to: str, folder: Path) -> list[Path]:
    """The files that were written. Raises Invalid where a package for the format is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if to == "qti":
        return [_write(folder / name, body) for name, body in qti_results(db, sitting).items()]
    columns = result_columns(db, sitting)
    if to == "xlsx":
        return [_write(folder / "results.xlsx", xlsx_file(columns))]
    table, codebook = folder / f"results.{to}", folder / "codebook.csv"
    _write_table(table, to, columns)
    write_codebook(codebook, columns)
    return [table, codebook]


def _write(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def _write_table(path: Path, to: str, columns: tuple[Column, ...]) -> None:
    if to == "csv":
        write_csv(path, columns)
        return
    module, package = MODULES[to]
    try:
        loaded = importlib.import_module(f"psychometrics.exports.{module}")
    except ImportError as error:
        raise Invalid(
            msg("Cần cài thêm gói {package} để viết tệp này.", package=package)
        ) from error
    getattr(loaded, f"write_{to}")(path, columns)
