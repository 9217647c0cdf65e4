"""A report as PDF, set by Typst; fonts come with Typst and are embedded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import typst

from ..paper.typst_math import quoted
from .model import Report, Table, Value, shown


def report_pdf(report: Report) -> bytes:
    parts = [
        '#import "report.typ": *',
        f"#show: sheet.with(wide: {'true' if report.is_wide else 'false'})",
        f"#head({quoted(report.issuer)}, {quoted(report.title)}, ({_listed(report.lines)}))",
        *map(_table, report.tables),
    ]
    if report.signers:
        parts.append(f"#signatures(({_listed(report.signers)}))")
    style = resources.files(__package__).joinpath("report.typ").read_bytes()
    files: Any = {"main.typ": "\n\n".join(parts).encode(), "report.typ": style}
    made: bytes = typst.compile(files, format="pdf", ignore_system_fonts=True)
    return made


def _listed(texts: Sequence[str]) -> str:
    return "".join(f"{quoted(text)}, " for text in texts)


def _table(table: Table) -> str:
    widths = ", ".join("auto" if c.is_number else f"{c.width}fr" for c in table.columns)
    aligns = ", ".join("right" if c.is_number else "left" for c in table.columns)
    heads = _listed([column.title for column in table.columns])
    cells = "".join(f"{cell}, " for row in table.rows for cell in _row(row, table))
    told = f"{quoted(table.title)}, {quoted(table.note)}"
    return f"#grid-table({told}, ({widths},), ({aligns},), ({heads}), ({cells}))"


def _row(row: Sequence[Value], table: Table) -> list[str]:
    return [_cell(value, at, table) for at, value in enumerate(row)]


def _cell(value: Value, at: int, table: Table) -> str:
    column = table.columns[at]
    words = quoted(shown(value, column))
    if not column.has_bar or not isinstance(value, int | float):
        return f"[#{words}]"
    longest = max((v for row in table.rows if isinstance(v := row[at], int | float)), default=0)
    share = value / longest if longest else 0
    return f"[#{words}; #bar({share:.3f})]"
