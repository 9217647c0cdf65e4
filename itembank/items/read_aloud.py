"""An item as a screen reader tells it: what is read, in which order, line by line. Pure.

It is built from `CandidateView`, so what is checked here is what a candidate hears. The words of
a picture are its description; a formula is read in words (`spoken_math`); a table row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import assert_never

from .candidate_view import (
    CandidateView,
    SeenChoice,
    SeenCloze,
    SeenCluster,
    SeenEssay,
    SeenGapMatch,
    SeenHotspot,
    SeenHottext,
    SeenInteraction,
    SeenMatch,
    SeenMultiple,
    SeenOrder,
    SeenShort,
    StimulusView,
)
from .spoken_math import spoken, spoken_mathml

PARAGRAPHS = {"p", "div", "li", "figure", "tr", "table", "ul", "ol", "blockquote", "caption"}
NO_DESCRIPTION = "hình chưa có lời mô tả"


@dataclass(frozen=True, slots=True)
class Line:
    """`role` is what announces the words: a heading, a control."""

    role: str
    words: str


def read_aloud(view: CandidateView, stimulus: StimulusView | None = None) -> list[Line]:
    lines = []
    if stimulus is not None:
        lines.append(Line("Ngữ liệu chung", stimulus.title))
        lines += [Line("", words) for words in paragraphs(stimulus.body)]
        lines += _recording(stimulus)
    lines += [Line("Lời dẫn" if n == 0 else "", w) for n, w in enumerate(paragraphs(view.stem))]
    lines += _recording(view)
    return [*lines, *_controls(view.interaction)]


def _recording(view: CandidateView | StimulusView) -> list[Line]:
    if view.recording is None:
        return []
    plays = view.recording.plays
    often = "nghe bao nhiêu lần cũng được" if plays is None else f"nghe được {plays} lần"
    return [Line("Nút nghe", f"Đoạn âm thanh, {often}")]


def _controls(seen: SeenInteraction) -> Iterator[Line]:
    match seen:
        case SeenChoice():
            yield from _lettered("Nút chọn một", [option.body for option in seen.options])
        case SeenMultiple():
            yield from _lettered("Ô đánh dấu", [option.body for option in seen.options])
        case SeenOrder():
            for place, option in enumerate(seen.options, start=1):
                yield Line(
                    f"Mục {place} trong {len(seen.options)}, có nút lên, xuống",
                    words_of(option.body),
                )
        case SeenCluster():
            for statement in seen.statements:
                yield Line(f"Ý {statement.id}, chọn Đúng hoặc Sai", words_of(statement.body))
        case SeenShort():
            yield Line("Ô nhập số", seen.hint or f"Tối đa {seen.max_chars} kí tự")
        case SeenEssay():
            yield Line("Ô viết nhiều dòng", "Bài viết của bạn")
        case SeenCloze() | SeenMatch() | SeenHotspot() | SeenGapMatch() | SeenHottext():
            yield from _further(seen)
        case _:
            yield Line("Phần trả lời", "dạng câu hỏi giữ theo tệp gốc")


def _further(
    seen: SeenCloze | SeenMatch | SeenHotspot | SeenGapMatch | SeenHottext,
) -> Iterator[Line]:
    match seen:
        case SeenCloze():
            for n, gap in enumerate(seen.gaps, start=1):
                choices = "; ".join(words_of(option.body) for option in gap.options)
                yield Line(f"Chỗ trống {n}, " + ("hộp chọn" if choices else "ô nhập"), choices)
        case SeenMatch():
            columns = "; ".join(words_of(column.body) for column in seen.columns)
            for n, row in enumerate(seen.rows, start=1):
                yield Line(f"Mục {n}, hộp chọn", f"{words_of(row.body)} – chọn trong: {columns}")
        case SeenHotspot():
            yield Line("Hình", words_of(seen.picture))
            for n, area in enumerate(seen.areas, start=1):
                yield Line(f"Vùng {n}, ô đánh dấu", area.label)
        case SeenGapMatch():
            yield Line("Đoạn có chỗ trống", words_of(seen.text))
            yield from _lettered("Mảnh", [piece.body for piece in seen.pieces])
        case SeenHottext():
            yield Line("Đoạn có từ chọn được", words_of(seen.text))
        case _:
            assert_never(seen)


def _lettered(role: str, bodies: Sequence[str]) -> Iterator[Line]:
    for place, body in enumerate(bodies):
        yield Line(f"{role} {chr(ord('A') + place)}", words_of(body))


def words_of(html: str) -> str:
    """Content in one line of words."""
    return ". ".join(paragraphs(html))


def paragraphs(html: str) -> list[str]:
    """Content as it is heard, one entry a paragraph, a row, a picture."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.told


class _Reader(HTMLParser):
    """Words in reading order; MathML without its TeX is gathered whole, then read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self._words: list[str] = []
        self._math: list[str] | None = None
        self._gap = 0

    def end_paragraph(self) -> None:
        words = " ".join("".join(self._words).split())
        for sign in ",.;:?!":
            words = words.replace(f" {sign}", sign)
        if words.strip(" ,"):
            self.told.append(words.removesuffix(","))
        self._words = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "math":
            self._math = []
        if self._math is not None:
            told = "".join(f' {k}="{v}"' for k, v in found.items() if k == "form")
            self._math.append(f"<{tag}{told}>")
            return
        if tag in PARAGRAPHS:
            self.end_paragraph()
        if tag == "img":
            self._words.append(f" Hình: {found.get('alt', '').strip() or NO_DESCRIPTION}. ")
        elif tag == "br":
            self._words.append(" ")
        elif "data-gap" in found:
            self._gap += 1
            self._words.append(f" chỗ trống {self._gap} ")
        elif tex := found.get("data-tex"):
            self._words.append(f" {spoken(tex)} ")
        elif tag == "sup":
            self._words.append(" mũ ")

    def handle_endtag(self, tag: str) -> None:
        if self._math is not None:
            self._math.append(f"</{tag}>")
            if tag == "math":
                self._words.append(f" {spoken_mathml(''.join(self._math))} ")
                self._math = None
            return
        if tag in {"td", "th"}:
            self._words.append(", ")
        if tag in PARAGRAPHS or tag == "figcaption":
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if self._math is None:
            self._words.append(data)
        else:
            self._math.append(data.replace("&", "&amp;").replace("<", "&lt;"))
