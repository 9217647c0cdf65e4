"""A paper as it is printed: heading, parts, items; one shape for PDF, Word and keys. Pure."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ...curriculum import SUBJECTS
from ...items.content import (
    OPTION_IDS,
    Choice,
    ItemContent,
    ShortAnswer,
    StimulusContent,
    TrueFalseCluster,
)
from ...items.interactions import Cloze, Match, MultipleChoice, Order
from ...scoring.wider_keys import WiderKey
from .written_out import WRITTEN_OUT, written_key

EDITABLE_IN_WORD = ("choice", "multiple", "tf_cluster", "short", "essay")  # and read back
PRINTABLE = (*EDITABLE_IN_WORD, *WRITTEN_OUT)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top, as schools set it: office and school left, examination right."""

    department: str
    school: str
    exam: str
    subject: str
    minutes: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class RuledKey:
    """The key that counts since a decision after the examination: identifiers, not printed letters."""

    content: ItemContent
    wider: WiderKey | None = None
    is_full_marks: bool = False


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """`identity` names the item of the bank, so that an edited file finds it again.

    `letters`: identifier of an option -> the letter under which this paper prints it, where that
    is another one.
    """

    number: int
    content: ItemContent
    stimulus: StimulusContent | None = None
    identity: str = ""
    ruled: RuledKey | None = None
    letters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintedPart:
    code: str
    title: str
    instruction: str
    items: tuple[PrintedItem, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    heading: Heading | None
    parts: tuple[PrintedPart, ...]


_PARTS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("choice",),
        "Câu trắc nghiệm nhiều phương án lựa chọn",
        "Mỗi câu hỏi thí sinh chỉ chọn một phương án.",
    ),
    (
        ("tf_cluster",),
        "Câu trắc nghiệm đúng sai",
        "Trong mỗi ý a), b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai.",
    ),
    (("short",), "Câu trắc nghiệm trả lời ngắn", "Thí sinh ghi đáp số của mỗi câu."),
    (("multiple",), "Câu trắc nghiệm có nhiều đáp án", "Thí sinh chọn mọi phương án đúng."),
    (WRITTEN_OUT, "Câu ghép cặp, sắp thứ tự, điền khuyết", "Làm theo yêu cầu của từng câu."),
    (("essay",), "Tự luận", ""),
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def paper_of_items(items: Sequence[PrintedItem], heading: Heading | None = None) -> Paper:
    """Items sorted into parts by kind, each part numbered from one."""
    parts: list[PrintedPart] = []
    for kinds, title, instruction in _PARTS:
        chosen = [item for item in items if item.content.kind in kinds]
        if chosen:
            numbered = tuple(replace(item, number=n) for n, item in enumerate(chosen, start=1))
            parts.append(PrintedPart(_ROMAN[len(parts)], title, instruction, numbered))
    return Paper(heading, tuple(parts))


def subject_title(subject: str) -> str:
    return SUBJECTS.get(subject, subject)


def coded(paper: Paper, code: str, *, seed: str) -> Paper:
    """The paper under a test code: items and options in an order of its own.

    The same seed and code give the same order for ever, so that a key printed later still fits.
    Items that share material stay together; options stay where their author pinned them.
    """
    chosen = random.Random(hashlib.sha256(f"{seed}/{code}".encode()).digest())
    parts = tuple(_shuffled_part(part, chosen) for part in paper.parts)
    heading = replace(paper.heading, code=code) if paper.heading else None
    return Paper(heading, parts)


def _shuffled_part(part: PrintedPart, chosen: random.Random) -> PrintedPart:
    groups = [list(group) for group in _together(part.items)]
    chosen.shuffle(groups)
    items = [item for group in groups for item in group]
    return replace(
        part,
        items=tuple(
            replace(_shuffled(item, chosen), number=n) for n, item in enumerate(items, start=1)
        ),
    )


def _together(items: Sequence[PrintedItem]) -> Iterator[list[PrintedItem]]:
    """Groups of items that share material; any other item is a group of its own."""

    def shared(pair: tuple[int, PrintedItem]) -> object:
        return pair[1].content.stimulus or pair[0]

    for _, group in groupby(enumerate(items), key=shared):
        yield [item for _, item in group]


def _shuffled(item: PrintedItem, chosen: random.Random) -> PrintedItem:
    part = item.content.interaction
    if not isinstance(part, Choice | MultipleChoice) or not part.shuffle:
        return item
    moved = list(part.options)
    chosen.shuffle(moved)
    letters = {option.id: letter for letter, option in zip(OPTION_IDS, moved, strict=False)}
    options = tuple(option.model_copy(update={"id": letters[option.id]}) for option in moved)
    if isinstance(part, Choice):
        key = letters.get(part.key) if part.key else None
        changed: Choice | MultipleChoice = part.model_copy(update={"options": options, "key": key})
    else:
        keys = tuple(sorted(letters[k] for k in part.keys if k in letters))
        changed = part.model_copy(update={"options": options, "keys": keys})
    content = item.content.model_copy(update={"interaction": changed})
    return replace(item, content=content, letters=letters)


EITHER = " hoặc "
FULL_MARKS = "trọn điểm"


def key_in_force(item: PrintedItem) -> str:
    """The key as answer sheets write it, what was decided after the examination in it.

    `A hoặc C`, `AB hoặc BD`, `Đ(Đ/S)ĐS`: in the letters of this paper.
    """
    ruled = item.ruled
    if ruled is None:
        return key_text(item.content)
    if ruled.is_full_marks:
        return FULL_MARKS
    part, wider = ruled.content.interaction, ruled.wider
    match part:
        case Choice(key=str() as key):
            sets: list[tuple[str, ...]] = [
                (key,),
                *((one,) for one in (wider.options if wider else ())),
            ]
            return _sets_text(sets, item.letters)
        case MultipleChoice():
            return _sets_text([part.keys, *(wider.sets if wider else ())], item.letters)
        case TrueFalseCluster() if wider:
            one_by_one = ("Đ" if s.key else "S" for s in part.statements)
            return "".join(
                "(Đ/S)" if s.id in wider.statements else key
                for s, key in zip(part.statements, one_by_one, strict=True)
            )
    return key_text(ruled.content)


def _sets_text(sets: Sequence[Sequence[str]], letters: Mapping[str, str]) -> str:
    printed = ["".join(sorted(letters.get(name, name) for name in one)) for one in sets]
    return EITHER.join(sorted(printed))


def key_text(content: ItemContent) -> str:
    """The key as answer sheets write it: `B`, `AC`, `ĐSĐS`, `-2,5`; '' where people mark."""
    part = content.interaction
    match part:
        case Choice():
            return part.key or ""
        case MultipleChoice():
            return "".join(part.keys)
        case TrueFalseCluster():
            return "".join("Đ" if s.key else "S" for s in part.statements)
        case ShortAnswer():
            return part.keys[0] if part.keys else ""
        case Match() | Order() | Cloze():
            return written_key(part)
    return ""
