"""An item as the cells of one row. A row that would not read back the same is not written."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import msg
from ...items.content import (
    KIND_NAMES,
    LEVEL_NAMES,
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
)
from ...items.html import assets_in
from ...items.interactions import Cloze, Gap, Match, MultipleChoice, Option, Order
from ..exported import ExportedItem, NotHeld
from ..found import Placement
from ..item_tags import boxes_for
from ..qti.telling import html_pieces
from ..telling import content_of
from .cells import as_paragraphs, read_paragraphs, write_line, write_paragraphs
from .columns import HELD, LETTERS, MOST_CELL
from .rows_in import READERS, Row, about_row, kind_of, stem_of

Cells = dict[str, str]
_GAP = re.compile(r'<span data-gap="G(\d+)"></span>')


def cells_of(item: ExportedItem) -> Cells:
    """The cells by column name. Raises NotHeld where a sheet has no place for the item."""
    content = item.content
    if content.kind not in HELD:
        raise NotHeld(msg("Bảng tính không có dạng «{kind}».", kind=KIND_NAMES[content.kind]))
    pieces = [*html_pieces(content), content.solution]
    pieces += [item.stimulus.body] if item.stimulus else []
    if any(assets_in(piece) for piece in pieces):
        raise NotHeld(msg("Câu có hình; bảng tính không chở được hình, hãy dùng QTI hoặc Word."))
    cells = {name: text for name, text in _cells(item).items() if text}
    if any(len(text) > MOST_CELL for text in cells.values()) or not _reads_back(cells, item):
        raise NotHeld(msg("Câu có cách trình bày mà ô bảng tính không giữ trọn; hãy dùng QTI."))
    return cells


def _cells(item: ExportedItem) -> Cells:
    content = item.content
    about = {
        "code": item.identifier,
        "kind": KIND_NAMES[content.kind],
        "subject": content.subject,
        "grade": str(content.grade),
        "topic": content.topic,
        "outcome": content.outcome,
        "level": LEVEL_NAMES.get(content.level or "", ""),
        "real_life": "x" if content.real_life else "",
        "minutes": "" if content.minutes is None else f"{content.minutes:f}".replace(".", ","),
        "stimulus": write_paragraphs(item.stimulus.body) if item.stimulus else "",
        "stem": _GAP.sub(r"[[\1]]", write_paragraphs(content.stem)),
        "solution": write_paragraphs(content.solution),
    }
    return about | _WRITERS[content.kind](content)


def _reads_back(cells: Cells, item: ExportedItem) -> bool:
    row = Row(1, cells)
    kind = kind_of(row)
    if kind is None:
        return False
    about = about_row(row, Placement())
    try:
        part = READERS[kind](row)
    except ValueError:
        return False
    solution = read_paragraphs(row.text("solution"))
    made = content_of(lambda: part, about, stem_of(row, kind), solution)
    wanted = _as_read(item.content)
    is_same_material = item.stimulus is None or as_paragraphs(item.stimulus.body) == (
        read_paragraphs(row.text("stimulus"))
    )
    return made == wanted and is_same_material and not row.problems


def _as_read(content: ItemContent) -> ItemContent:
    """The item with what a cell says alike made alike: loose text stands in paragraphs."""
    part = content.interaction
    changes: dict[str, object] = {
        "stem": as_paragraphs(content.stem),
        "solution": as_paragraphs(content.solution),
        "stimulus": None,
        "qti": None,
    }
    if isinstance(part, Essay):
        answer = as_paragraphs(part.model_answer)
        changes["interaction"] = part.model_copy(update={"model_answer": answer})
    return content.model_copy(update=changes)


def _options(options: tuple[Option, ...]) -> Cells:
    if len(options) > len(LETTERS) or any(
        o.id != x for o, x in zip(options, LETTERS, strict=False)
    ):
        raise NotHeld(msg("Bảng tính chỉ có các phương án A đến H."))
    cells = {f"option_{o.id}": write_line(o.body) for o in options}
    return cells | {f"rationale_{o.id}": o.rationale for o in options}


def _choice(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, Choice)
    return {"key": part.key or "", "fixed": _x(not part.shuffle)} | _options(part.options)


def _listed(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, MultipleChoice | Order)
    return {"key": ", ".join(part.keys), "fixed": _x(not part.shuffle)} | _options(part.options)


def _x(value: bool) -> str:
    return "x" if value else ""


def _cluster(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, TrueFalseCluster)
    cells = {"key": "".join("Đ" if s.key else "S" for s in part.statements)}
    for letter, statement in zip(LETTERS, part.statements, strict=False):
        cells[f"option_{letter}"] = write_line(statement.body)
        cells[f"rationale_{letter}"] = statement.rationale
    return cells


def _short(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, ShortAnswer)
    boxes = "" if part.max_chars == boxes_for(part.keys) else str(part.max_chars)
    return {"key": "; ".join(part.keys), "boxes": boxes, "hint": part.hint}


def _essay(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, Essay)
    lines = []
    for criterion in part.rubric:
        head = f"{criterion.id} | {criterion.criterion}"
        told = [f"{head} | {level.points} | {level.text}" for level in criterion.levels]
        lines += told or [head]
    words = f"{part.min_words or ''}-{part.max_words or ''}"
    return {
        "words": "" if words == "-" else words,
        "model_answer": write_paragraphs(part.model_answer),
        "rubric": "\n".join(lines),
    }


def _match(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, Match)
    right = {column.id: write_line(column.body) for column in part.columns}
    partner = {link.left: link.right for link in part.keys}
    pairs = [(write_line(row.body), partner.get(row.id, "")) for row in part.rows]
    unused = [column.id for column in part.columns if column.id not in partner.values()]
    pairs += [("", column) for column in unused]
    if len(pairs) > len(LETTERS):
        raise NotHeld(msg("Bảng tính chỉ giữ được {n} cặp.", n=len(LETTERS)))
    cells = {
        f"option_{letter}": f"{left} => {right.get(column, '')}".strip()
        for letter, (left, column) in zip(LETTERS, pairs, strict=False)
    }
    return cells | {"fixed": _x(not part.shuffle)}


def _cloze(content: ItemContent) -> Cells:
    part = content.interaction
    assert isinstance(part, Cloze)
    if len(part.gaps) > len(LETTERS) or "[[" in content.stem:
        raise NotHeld(msg("Bảng tính chỉ giữ được {n} chỗ trống.", n=len(LETTERS)))
    cells = {f"option_{letter}": _gap(gap) for letter, gap in zip(LETTERS, part.gaps, strict=False)}
    typed = [gap for gap in part.gaps if not gap.options]
    return cells | {"cased": _x(any(gap.case_sensitive for gap in typed))}


def _gap(gap: Gap) -> str:
    if not gap.options:
        return " | ".join(key.replace("$", "\\$") for key in gap.keys)
    return " | ".join(
        f"{'*' if option.id in gap.keys else ''}{write_line(option.body)}" for option in gap.options
    )


_WRITERS: dict[str, Callable[[ItemContent], Cells]] = {
    "choice": _choice,
    "multiple": _listed,
    "order": _listed,
    "tf_cluster": _cluster,
    "short": _short,
    "essay": _essay,
    "match": _match,
    "cloze": _cloze,
}
