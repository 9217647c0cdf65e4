"""What an author changed between two versions, field by field and word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from itembank.items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.html import assets_in, plain_text


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed, went, or came, with the space after them. Formulas stand as `$TeX$`."""

    how: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """`where` is a template of words with `id` as its value."""

    where: str
    id: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Field:
    where: str
    id: str
    text: str


_WORDS = re.compile(r"\$[^$]*\$\s*|[^\s$]+\s*|\$\s*")


def changes_between(earlier: ItemContent, later: ItemContent) -> list[Change]:
    before = {(f.where, f.id): f.text for f in _fields(earlier)}
    after = {(f.where, f.id): f.text for f in _fields(later)}
    return [
        Change(where, id_, words_between(before.get((where, id_), ""), after.get((where, id_), "")))
        for where, id_ in dict.fromkeys([*after, *before])
        if before.get((where, id_), "") != after.get((where, id_), "")
    ]


def words_between(before: str, after: str) -> list[Run]:
    """Word by word, formulas whole: what stayed, what went, what came."""
    old, new = _WORDS.findall(f"{before} "), _WORDS.findall(f"{after} ")
    found: list[Run] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Run("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Run("gone", "".join(old[a:b])))
        if c < d:
            found.append(Run("new", "".join(new[c:d])))
    return found


def _fields(content: ItemContent) -> Iterator[Field]:
    yield Field("Lời dẫn", "", _text(content.stem))
    yield from _interaction(content)
    yield Field("Lời giải", "", _text(content.solution))
    yield Field("Cấp độ tư duy", "", content.level or "")
    yield Field("Yêu cầu cần đạt", "", content.outcome)


def _interaction(content: ItemContent) -> Iterator[Field]:
    match content.interaction:
        case Choice() as part:
            for option in part.options:
                yield Field("Phương án {id}", option.id, _text(option.body))
                yield Field("Lí giải {id}", option.id, option.rationale)
            yield Field("Đáp án", "", part.key or "")
        case TrueFalseCluster() as part:
            for statement in part.statements:
                yield Field("Ý {id})", statement.id, _text(statement.body))
                yield Field("Lí giải {id}", statement.id, statement.rationale)
                yield Field("Đáp án ý {id})", statement.id, _side(statement.key))
        case ShortAnswer() as part:
            yield Field("Đáp án", "", "; ".join(part.keys))
        case Essay() as part:
            yield from _essay(part)


def _essay(part: Essay) -> Iterator[Field]:
    for row in part.rubric:
        levels = "; ".join(f"{level.points}: {level.text}" for level in row.levels)
        yield Field("Tiêu chí {id}", row.id, f"{row.criterion}: {levels}")
    yield Field("Đáp án minh hoạ", "", _text(part.model_answer))


def _side(key: bool | None) -> str:
    return "" if key is None else "Đúng" if key else "Sai"


def _text(html: str) -> str:
    """Words and formulas; a picture counts by the start of its name, so a new one shows."""
    pictures = " ".join(f"[hình {name[:8]}]" for name in assets_in(html))
    return f"{plain_text(html)} {pictures}".strip()
