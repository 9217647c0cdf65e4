"""A paper as PDF, set by Typst; fonts come with Typst and are embedded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import typst

from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.html import has_text
from ...items.interactions import Cloze, Match, MultipleChoice, Option, Order
from ..content_blocks import Grid, Para, Piece, blocks_of
from ..docx_writer import Assets
from ..pictures_out import as_raster
from .model import Heading, Paper, PrintedItem, PrintedPart, key_text
from .typst_math import quoted, typst_math
from .written_out import printed_stem

_WRAPS = {
    "bold": "strong",
    "italic": "emph",
    "underline": "underline",
    "sub": "sub",
    "sup": "super",
}
_POINTS_PER_DOT = 0.62  # a little smaller than on screen, as print is read closer
_WIDEST = 440.0  # points
_AS_THEY_ARE = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


def paper_pdf(paper: Paper, *, assets: Assets, with_keys: bool = False) -> bytes:
    """The PDF. `with_keys` marks keys and adds answers and solutions."""
    setter = _Setter(assets, with_keys)
    main = setter.paper(paper)
    style = resources.files(__package__).joinpath("paper.typ").read_bytes()
    files: Any = {"main.typ": main.encode(), "paper.typ": style, **setter.files}
    made: bytes = typst.compile(files, format="pdf", ignore_system_fonts=True)
    return made


class _Setter:
    """Writes Typst; `files` are the pictures it names."""

    def __init__(self, assets: Assets, with_keys: bool) -> None:
        self._assets, self._with_keys = assets, with_keys
        self.files: dict[str, bytes] = {}

    def paper(self, paper: Paper) -> str:
        code = paper.heading.code if paper.heading else ""
        lines = ['#import "paper.typ": *', f"#show: sheet.with(code: {quoted(code)})"]
        if paper.heading:
            lines.append(_heading(paper.heading))
        for part in paper.parts:
            lines += self._part(part)
        return "\n\n".join([*lines, "#the-end"])

    def _part(self, part: PrintedPart) -> list[str]:
        made = [f"#part({quoted(part.code)}, {quoted(part.title)}, {quoted(part.instruction)})"]
        shown = None
        for item in part.items:
            if item.stimulus is not None and item.stimulus != shown:
                body = self.content(item.stimulus.body)
                made.append(f"#material({quoted(_lead(item, part))})[{body}]")
            shown = item.stimulus
            made += self._item(item)
        return made

    def _item(self, item: PrintedItem) -> list[str]:
        content = item.content
        made = [
            f"#question({item.number})[{self.content(printed_stem(content))}]",
            *self._answers(content),
        ]
        if self._with_keys and has_text(content.solution):
            made.append(f"#solution[{self.content(content.solution)}]")
        return made

    def _answers(self, content: ItemContent) -> list[str]:
        match content.interaction:
            case Choice(options=options, key=key):
                return [self._options(options, {key} if key else set())]
            case MultipleChoice(options=options, keys=keys):
                return [self._options(options, set(keys))]
            case TrueFalseCluster(statements=statements):
                labels = [self._label(s.id, ")", s.key is True) for s in statements]
                return [self._listed("statements", labels, [s.body for s in statements])]
            case ShortAnswer(keys=keys):
                return [f"#answer({quoted(' hoặc '.join(keys))})"] if self._with_keys else []
            case Match() | Order() | Cloze() if self._with_keys:
                return [f"#answer({quoted(key_text(content))})"]
            case Essay(model_answer=model) if self._with_keys and has_text(model):
                return [f"#solution[{self.content(model)}]"]
        return []

    def _options(self, options: Sequence[Option], keys: set[str]) -> str:
        labels = [self._label(option.id, ".", option.id in keys) for option in options]
        return self._listed("options", labels, [option.body for option in options])

    def _listed(self, name: str, labels: Sequence[str], bodies: Sequence[str]) -> str:
        if not labels:
            return ""
        shown = "".join(f"[{self.content(body)}], " for body in bodies)
        return f"#{name}(({', '.join(labels)},), ({shown}))"

    def _label(self, letter: str, mark: str, is_key: bool) -> str:
        words = f"{letter}{mark}"
        return (
            f"strong(underline({quoted(words)}))"
            if is_key and self._with_keys
            else f"strong({quoted(words)})"
        )

    def content(self, html: str) -> str:
        return "\n\n".join(self._block(block) for block in blocks_of(html))

    def _block(self, block: Para | Grid) -> str:
        if isinstance(block, Grid):
            return self._table(block)
        inner = "".join(self._piece(piece, block.is_display) for piece in block.pieces)
        alone = len(block.pieces) == 1 and block.pieces[0].picture
        if alone:
            return f"#align(center)[{inner}]"
        return f"#{quoted(block.bullet)};{inner}" if block.bullet else inner

    def _piece(self, piece: Piece, is_display: bool) -> str:
        if piece.tex:
            return typst_math(piece.tex, display=is_display)
        if piece.picture:
            return self._picture(piece)
        if piece.text == "\n":
            return "#linebreak();"
        made = quoted(piece.text)
        for look in sorted(piece.looks):
            made = f"{_WRAPS[look]}({made})"
        return f"#{made};"

    def _picture(self, piece: Piece) -> str:
        asset = self._assets(piece.picture)
        if asset is None:
            return f"#emph({quoted(f'[{piece.alt}]')});"
        width = piece.width or as_raster(asset.media_type, asset.body).width
        suffix = _AS_THEY_ARE.get(asset.media_type, "png")
        name = f"{piece.picture}.{suffix}"
        is_kept = asset.media_type in _AS_THEY_ARE
        self.files[name] = asset.body if is_kept else as_raster(asset.media_type, asset.body).body
        points = min(_WIDEST, width * _POINTS_PER_DOT)
        return f"#box(image({quoted(name)}, width: {points:.1f}pt));"

    def _table(self, grid: Grid) -> str:
        columns = max((sum(span for _, span, _ in row) for row in grid.rows), default=1)
        cells = [
            f"table.cell(colspan: {wide}, rowspan: {tall})["
            + "\n\n".join(self._block(para) for para in paras)
            + "]"
            for row in grid.rows
            for paras, wide, tall in row
        ]
        inner = ", ".join(cells)
        return f"#align(center, table(columns: {columns}, stroke: 0.5pt, inset: 5pt, align: center + horizon, {inner}))"


def _heading(heading: Heading) -> str:
    told = ", ".join(
        f"{name}: {quoted(getattr(heading, name))}"
        for name in ("department", "school", "exam", "subject", "code")
    )
    return f"#heading-block({told}, minutes: {heading.minutes})"


def _lead(item: PrintedItem, part: PrintedPart) -> str:
    numbers = [other.number for other in part.items if other.stimulus == item.stimulus]
    if len(numbers) == 1:
        return f"Dựa vào thông tin sau, trả lời câu {numbers[0]}:"
    return f"Dựa vào thông tin sau, trả lời các câu từ {numbers[0]} đến {numbers[-1]}:"
