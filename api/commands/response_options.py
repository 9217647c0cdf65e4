"""What commands on response files have in common: the file, and how results are written."""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from psychometrics import DataError, PsychometricsError, ResponseMatrix, read_responses

from ..calibration_messages import explain

EXIT_BAD_INPUT = 2


def add_response_options(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "responses",
        metavar="RESPONSES",
        help="CSV or Parquet: one row a person, first column the person's id, then one column an "
        "item; cells are whole-number categories, blank = not administered",
    )
    made.add_argument("--groups", metavar="COLUMN", help="column that holds each person's group")
    made.add_argument(
        "--weights", metavar="COLUMN", help="column that holds each person's frequency weight"
    )
    made.add_argument(
        "--ignore",
        metavar="COLUMN",
        action="append",
        default=[],
        help="column that is no item (repeatable)",
    )
    made.add_argument(
        "--missing-code",
        metavar="KIND=CODE",
        action="append",
        default=[],
        help="cells that stand for a missing response: omitted=9, invalid=8, not_administered=7 "
        "or not_reached=6 (repeatable)",
    )


def read(args: argparse.Namespace, *, reference_group: str | None = None) -> ResponseMatrix:
    return read_responses(
        args.responses,
        groups=args.groups,
        weights=args.weights,
        ignore=args.ignore,
        reference_group=reference_group,
        missing_codes=_missing_codes(args.missing_code),
    )


def _missing_codes(texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        kind, _, code = text.partition("=")
        found.setdefault(kind.strip(), []).append(code.strip())
    return found


def words_for_items(path: str | None, column: str, *, refusal: str) -> dict[str, str]:
    """Item -> the word beside it, in a CSV file with the columns item and `column`."""
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except UnicodeDecodeError as error:
        raise DataError("not_utf8", f"{path} is not UTF-8 text.", path=path) from error
    for number, row in enumerate(rows or [{}], start=2):
        if not (row.get("item") and row.get(column)):
            raise DataError(
                refusal,
                f"{path}, line {number}: needs an item and a {column} under these headings.",
                path=path,
                line=number,
            )
    return {row["item"].strip(): row[column].strip() for row in rows}


def refusing(work: Callable[[], int]) -> int:
    """Run a command; unusable input becomes a message on stderr and exit status 2."""
    try:
        return work()
    except PsychometricsError as error:
        print(f"khaothi: {explain(error)}", file=sys.stderr)
    except OSError as error:
        print(f"khaothi: Không đọc hoặc ghi được tệp: {error}.", file=sys.stderr)
    return EXIT_BAD_INPUT


def write_whole(path: str, text: str) -> None:
    """Write a file that is either complete or absent."""
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
