"""What the segmenter hands on: a paper cut into questions, nothing judged yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import Message
from .document import Place, Table
from .markup import Piece
from .strip import Strip


@dataclass(slots=True)
class RawOption:
    """An option or a statement: its label as written, with looks, and its body."""

    letter: str
    label: Strip
    place: Place
    body: list[Piece] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return all(isinstance(p, Strip) and p.is_blank for p in self.body)

    def text(self) -> str:
        return " ".join(p.plain().strip() for p in self.body if isinstance(p, Strip)).strip()


@dataclass(frozen=True, slots=True)
class SaidKey:
    """What a line says about the key («Đáp án: B», «a) Đúng b) Sai»); `source` names the line."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Fault:
    place: Place
    what: Message


@dataclass(slots=True)
class RawStimulus:
    title: str
    place: Place
    numbers: frozenset[int] | None  # None: all that follow, up to the next part or material
    pieces: list[Piece] = field(default_factory=list)
    is_instruction: bool = False
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class RawQuestion:
    number: int
    place: Place
    part: int
    in_zone: bool = False
    stem: list[Piece] = field(default_factory=list)
    options: list[RawOption] = field(default_factory=list)
    statements: list[RawOption] = field(default_factory=list)
    keys: list[SaidKey] = field(default_factory=list)
    solution: list[tuple[Piece, Place]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    trailing: list[Fault] = field(default_factory=list)  # of words behind the last option
    rubric: Table | None = None
    points: str = ""
    level: str = ""
    topic: str = ""
    stimulus: RawStimulus | None = None

    def stem_text(self) -> str:
        return " ".join(p.plain().strip() for p in self.stem if isinstance(p, Strip)).strip()


@dataclass(slots=True)
class Part:
    """A part of the paper; `name` tells parts apart («roman 1», «text»)."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ZoneAnswer:
    """An entry of the answer table: `part` by the heading above it, None where there is none."""

    part: int | None
    run: int  # counts how often the numbers have started again
    number: int
    value: str
    place: Place


@dataclass(slots=True)
class RawPaper:
    parts: list[Part] = field(default_factory=lambda: [Part("")])
    questions: list[RawQuestion] = field(default_factory=list)
    zone: list[ZoneAnswer] = field(default_factory=list)
    rubrics: list[tuple[Table, Place]] = field(default_factory=list)
    left_over: list[Fault] = field(default_factory=list)  # lines of the file that no item took
