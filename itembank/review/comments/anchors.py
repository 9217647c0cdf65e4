"""Parts of an item that a comment can stand at, and what a suggested wording does there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import Conflict, Message, msg
from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.html import assets_in, formulas_in, plain_text
from ...items.markup import to_html

SHORTEST_FORMULA = 6  # characters of TeX; a lone number or letter is read with its sentence


@dataclass(frozen=True, slots=True)
class Anchor:
    """One part: its code, what people call it, its words. `is_wording`: words can be suggested."""

    code: str
    name: Message
    text: str
    is_wording: bool = False


def anchors_of(content: ItemContent, stimulus: str | None = None) -> tuple[Anchor, ...]:
    """Every part of this item, in the order in which it is read."""
    return tuple(_anchors(content, stimulus))


def _anchors(content: ItemContent, stimulus: str | None) -> Iterator[Anchor]:
    if stimulus is not None:
        yield Anchor("stimulus", msg("Ngữ liệu chung"), plain_text(stimulus))
    yield _wording("stem", msg("Lời dẫn"), content.stem)
    yield from _places_in("stem", content.stem)
    yield from _interaction(content)
    yield _wording("solution", msg("Lời giải"), content.solution)
    yield Anchor("level", msg("Cấp độ tư duy"), content.level or "")
    yield Anchor("outcome", msg("Yêu cầu cần đạt"), content.outcome)


def _wording(code: str, name: Message, html: str) -> Anchor:
    """Words can be suggested for what is words and formulas only: no table, list or picture."""
    return Anchor(code, name, plain_text(html), is_wording=_is_plain(html))


_PLAIN = re.compile(r"</?(p|span)\b[^>]*>")


def _is_plain(html: str) -> bool:
    """One paragraph of words and formulas that light markup says the same way."""
    if html.count("<p") > 1 or "<" in _PLAIN.sub("", html) or "data-gap" in html:
        return False
    return plain_text(to_html(plain_text(html), str)) == plain_text(html)


def _places_in(code: str, html: str) -> Iterator[Anchor]:
    """Formulas long enough to be wrong in themselves, and pictures."""
    for n, tex in enumerate(formulas_in(html), start=1):
        if len(tex) >= SHORTEST_FORMULA:
            yield Anchor(f"{code}.formula.{n}", msg("Công thức {n}", n=n), f"${tex}$")
    for n, _ in enumerate(assets_in(html), start=1):
        yield Anchor(f"{code}.picture.{n}", msg("Hình {n}", n=n), "")


def _interaction(content: ItemContent) -> Iterator[Anchor]:
    match content.interaction:
        case Choice() as part:
            for option in part.options:
                yield _wording(
                    f"option.{option.id}", msg("Phương án {id}", id=option.id), option.body
                )
        case TrueFalseCluster() as part:
            for row in part.statements:
                yield _wording(f"statement.{row.id}", msg("Ý {id})", id=row.id), row.body)
        case Essay() as part:
            for line in part.rubric:
                levels = "; ".join(f"{level.points}: {level.text}" for level in line.levels)
                name = msg("Tiêu chí {id}", id=line.id)
                yield Anchor(f"rubric.{line.id}", name, f"{line.criterion}: {levels}")
            yield _wording("model_answer", msg("Đáp án minh hoạ"), part.model_answer)
        case ShortAnswer() as part:
            yield Anchor("key", msg("Đáp án"), "; ".join(part.keys))
        case other:
            yield from _further(other)
    if not isinstance(content.interaction, ShortAnswer | Essay):
        yield Anchor("key", msg("Đáp án"), "")


def _further(part: object) -> Iterator[Anchor]:
    for option in getattr(part, "options", ()):
        yield Anchor(
            f"option.{option.id}", msg("Phương án {id}", id=option.id), plain_text(option.body)
        )


def with_wording(content: ItemContent, code: str, before: str, after: str) -> ItemContent:
    """The content with a part's words replaced; Conflict where they are no longer `before`."""
    anchor = next((a for a in anchors_of(content) if a.code == code and a.is_wording), None)
    if anchor is None or anchor.text != before:
        raise Conflict(
            "Chỗ này đã được sửa khác đi nên không lấy thẳng đề nghị được; xem lại rồi sửa tay.",
            code="words_moved",
        )
    html = to_html(after, str)
    place, _, id_ = code.partition(".")
    if place in {"stem", "solution"}:
        return content.model_copy(update={place: html})
    return _with_part(content, place, id_, html)


def _with_part(content: ItemContent, place: str, id_: str, html: str) -> ItemContent:
    part = content.interaction
    if place == "model_answer":
        changed = part.model_copy(update={"model_answer": html})
    else:
        name = {"option": "options", "statement": "statements"}[place]
        rows = [
            row.model_copy(update={"body": html}) if row.id == id_ else row
            for row in getattr(part, name)
        ]
        changed = part.model_copy(update={name: tuple(rows)})
    return content.model_copy(update={"interaction": changed})
