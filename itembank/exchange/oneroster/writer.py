"""A OneRoster 1.2 package (zip of CSV files); the same roster gives the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from ..zip_writer import zipped
from .reader import FORMULA_SIGNS
from .tables import NEVER_WRITTEN, OTHER_TABLES, TABLES, Record, Roster


def write_roster(roster: Roster) -> bytes:
    """The package: every table of the roster, and a manifest that names those that are absent.

    Passwords are never written. A cell that a spreadsheet would take for a formula gets an
    apostrophe before it, which `read_roster` takes off again.
    """
    tables = (("manifest", _manifest(roster)), *_tables(roster))
    return zipped({f"{name}.csv": _csv(rows) for name, rows in tables})


def _manifest(roster: Roster) -> list[list[str]]:
    told = {name: "delta" if name in roster.delta else "bulk" for name in roster.tables}
    names = sorted([*TABLES, *OTHER_TABLES])
    return [
        ["propertyName", "value"],
        ["manifest.version", "1.0"],
        ["oneroster.version", "1.2"],
        *([f"file.{name}", told.get(name, "absent")] for name in names),
        ["source.systemName", "Khảo thí"],
        ["source.systemCode", "khaothi"],
    ]


def _tables(roster: Roster) -> Iterator[tuple[str, list[list[str]]]]:
    for name, fields in TABLES.items():
        if name in roster.tables:
            columns = [field.name for field in fields]
            yield name, [columns, *(_row(record, columns) for record in roster.rows(name))]


def _row(record: Record, columns: Sequence[str]) -> list[str]:
    return ["" if name in NEVER_WRITTEN else neutral(record[name]) for name in columns]


def neutral(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
