"""Parameters and abilities as CSV for other programs: decimal points, UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from fastapi.responses import Response

from delivery.spreadsheets import safe
from itembank.calibrations.models import AbilityEstimate

from .item_rows import Entry

PARAMETER_HEAD = (
    "item", "content", "model", "a", "se_a", "b", "se_b", "steps", "se_steps", "c", "se_c", "d", "se_d",
    "n", "p", "item_rest_r", "infit", "outfit", "rmsd", "flags",
)  # fmt: skip
ABILITY_HEAD = ("person", "theta", "se", "raw_score")


def parameters_csv(entries: Sequence[Entry]) -> bytes:
    return _csv(PARAMETER_HEAD, [_parameter_row(entry) for entry in entries])


def _parameter_row(entry: Entry) -> list[Any]:
    row = entry.row
    values: list[Any] = [row.label, safe(entry.name), row.model]
    for key in ("a", "b", "steps", "c", "d"):
        values += [_cell(row.estimates.get(key)), _cell(row.standard_errors.get(key))]
    names = ("n", "p", "point_biserial", "infit", "outfit", "rmsd")
    return [*values, *(_cell(row.statistics.get(name)) for name in names), " ".join(row.flags)]


def abilities_csv(abilities: Sequence[AbilityEstimate]) -> bytes:
    rows = [[safe(a.person), a.theta, a.se, _cell(a.raw_score)] for a in abilities]
    return _csv(ABILITY_HEAD, rows)


def _cell(value: Any) -> Any:
    """Several values in one cell are separated by spaces; nothing is an empty cell."""
    if isinstance(value, list):
        return " ".join("" if v is None else str(v) for v in value)
    return "" if value is None else value


def _csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def csv_file(data: bytes, name: str) -> Response:
    plain = name.encode("ascii", "replace").decode().replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)
