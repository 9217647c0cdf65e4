"""The marking guide of an essay as HTML for graders, and back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from html import escape
from html.parser import HTMLParser

from ...items.content import Criterion, Essay, RubricLevel

_HEAD = "<tr><th>Mã</th><th>Tiêu chí</th><th>Điểm</th><th>Mức</th></tr>"
_START = '<table class="kt-rubric">'


def guide_html(part: Essay, model_answer: str) -> str:
    """The model answer, then a table: one row for each level of each criterion."""
    if not part.rubric:
        return model_answer
    return f"{model_answer}{_START}<tbody>{_HEAD}{''.join(_rows(part))}</tbody></table>"


def _rows(part: Essay) -> Iterator[str]:
    for criterion in part.rubric:
        for points, text in [(str(le.points), le.text) for le in criterion.levels] or [("", "")]:
            cells = (criterion.id, criterion.criterion, points, text)
            yield f"<tr>{''.join(f'<td>{escape(c, quote=False)}</td>' for c in cells)}</tr>"


def read_guide(html: str) -> tuple[str, tuple[Criterion, ...]]:
    """The model answer and the criteria; a guide written elsewhere is all model answer."""
    answer, mark, table = html.partition(_START)
    if not mark:
        return html, ()
    reader = _Rows()
    reader.feed(table)
    reader.close()
    made = _criteria(reader.rows)
    return (html, ()) if made is None else (answer, made)


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self._in_cell = tag == "td"
        if self._in_cell and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def _criteria(rows: list[list[str]]) -> tuple[Criterion, ...] | None:
    made: dict[tuple[str, str], list[RubricLevel]] = {}
    for row in rows:
        if not row:
            continue
        if len(row) != 4:
            return None
        levels = made.setdefault((row[0], row[1]), [])
        if row[2] or row[3]:
            try:
                levels.append(RubricLevel(points=Decimal(row[2].replace(",", ".")), text=row[3]))
            except (InvalidOperation, ValueError):
                return None
    return tuple(
        Criterion(id=code, criterion=name, levels=tuple(levels))
        for (code, name), levels in made.items()
    )
