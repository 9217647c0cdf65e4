"""Strips and tables as the XHTML subset of the bank, and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from ...items.html import sanitise
from .document import Cell, Doubt, Formula, Image, Look, Note, Table, paragraphs, text_of
from .strip import Strip, lines_of

Piece = Strip | Table


def html_of(pieces: Sequence[Piece], *, is_option: bool = False) -> str:
    """XHTML of paragraphs and tables. One paragraph of an option stays without `<p>`."""
    notes: list[Note] = []
    kept = [piece for piece in pieces if isinstance(piece, Table) or not piece.is_blank]
    if len(kept) == 1 and isinstance(kept[0], Strip) and is_option:
        made = [_inline(kept[0].stripped(), notes)]
    else:
        made = [_block(piece, notes) for piece in kept]
    made += [f"<p><sup>{n}</sup> {escape(note.text)}</p>" for n, note in enumerate(notes, 1)]
    return sanitise("".join(made))


def _block(piece: Piece, notes: list[Note]) -> str:
    if isinstance(piece, Table):
        return _table(piece, notes)
    line = piece.stripped()
    things = list(line.things())
    if len(things) == len(line) == 1:
        if isinstance(things[0], Image):
            return f"<figure>{_image(things[0])}</figure>"
        if isinstance(things[0], Formula) and things[0].display:
            return f'<div data-tex="{escape(things[0].tex)}"></div>'
    inner = _inline(line, notes)
    return f"<p>{inner}</p>" if inner else ""


def _inline(line: Strip, notes: list[Note]) -> str:
    made = []
    at = 0
    for look, run in groupby(zip(line.looks, line.objects, strict=True), key=_grouping):
        length = len(list(run))
        piece = line[at : at + length]
        made.append(_object(piece, notes) if look is None else _styled(piece.text, look))
        at += length
    return "".join(made)


def _grouping(pair: tuple[Look, object]) -> Look | None:
    return pair[0] if pair[1] is None else None


def _object(piece: Strip, notes: list[Note]) -> str:
    made = ""
    for found in piece.things():
        match found:
            case Formula():
                made += f'<span data-tex="{escape(found.tex)}"></span>'
            case Image():
                made += _image(found)
            case Note():
                notes.append(found)
                made += f"<sup>{len(notes)}</sup>"
            case Doubt():
                pass
    return made


def _image(image: Image) -> str:
    return f'<img src="asset:{image.sha256}" alt="{escape(image.alt)}">'


def _styled(text: str, look: Look) -> str:
    made = escape(text.replace("\t", " "), quote=False)
    if not text.strip():
        return made
    for is_on, tag in (
        (look.raised == "sub", "sub"),
        (look.raised == "sup", "sup"),
        (look.underline, "u"),
        (look.italic, "em"),
        (look.bold, "strong"),
    ):
        if is_on:
            made = f"<{tag}>{made}</{tag}>"
    return made


def _table(table: Table, notes: list[Note]) -> str:
    rows = "".join(
        "<tr>" + "".join(_cell(cell, notes) for cell in row) + "</tr>" for row in table.rows if row
    )
    return f"<table>{rows}</table>"


def _cell(cell: Cell, notes: list[Note]) -> str:
    spans = "".join(
        f' {name}="{count}"'
        for name, count in (("colspan", cell.columns), ("rowspan", cell.rows))
        if count > 1
    )
    inner = [
        _table(block, notes)
        if isinstance(block, Table)
        else "<br>".join(_inline(line.stripped(), notes) for line in lines_of(block.atoms))
        for block in cell.blocks
    ]
    return f"<td{spans}>{'<br>'.join(part for part in inner if part)}</td>"


def things_of(pieces: Sequence[Piece]) -> list[object]:
    """Formulas, pictures, notes and doubts of the pieces, those in table cells included."""
    found: list[object] = []
    for piece in pieces:
        if isinstance(piece, Strip):
            found += piece.things()
        else:
            for row in piece.rows:
                for cell in row:
                    for paragraph in paragraphs(cell.blocks):
                        for line in lines_of(paragraph.atoms):
                            found += line.things()
    return found


def table_text(table: Table) -> list[list[str]]:
    """The words of each cell, blanks collapsed."""
    return [
        [" ".join(" ".join(text_of(p.atoms) for p in paragraphs(c.blocks)).split()) for c in row]
        for row in table.rows
    ]
