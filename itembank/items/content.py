"""What an item says: the internal item model, frozen as canonical JSON bytes.

A version is named by the SHA-256 of the bytes that were stored, never of a re-dump, so a later
change of this module cannot rename what is already in the bank.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
)

from .composite import Composite
from .interactions import (
    Cloze,
    Code,
    Frozen,
    GapMatch,
    Growing,
    Hotspot,
    Hottext,
    Html,
    Match,
    MultipleChoice,
    Note,
    Order,
    QtiOpaque,
    QtiSource,
    Recording,
)
from .interactions import (
    Option as Option,
)

SCHEMA = 1

Level = Literal["biet", "hieu", "van_dung"]
Kind = Literal[
    "choice", "tf_cluster", "short", "essay", "multiple", "cloze", "match", "order", "hotspot",
    "gap_match", "hottext", "composite", "qti",
]  # fmt: skip

LEVEL_NAMES: dict[str, str] = {"biet": "Biết", "hieu": "Hiểu", "van_dung": "Vận dụng"}
# What the boxes of a short response take: digits, and a comma, a minus, a fraction bar.
Charset = Literal["0-9,-", "0-9,", "0-9-", "0-9", "0-9,/-"]
KIND_NAMES: dict[str, str] = {
    "choice": "Nhiều lựa chọn",
    "tf_cluster": "Đúng/Sai",
    "short": "Trả lời ngắn",
    "essay": "Tự luận",
    "multiple": "Chọn nhiều đáp án",
    "cloze": "Điền vào chỗ trống",
    "match": "Ghép cặp",
    "order": "Sắp thứ tự",
    "hotspot": "Chọn vùng trên hình",
    "gap_match": "Kéo vào chỗ trống",
    "hottext": "Chọn từ trong đoạn",
    "composite": "Nhiều phần trả lời",
    "qti": "QTI giữ nguyên văn",
}
WRITTEN_HERE: tuple[Kind, ...] = (  # the editor's kinds
    "choice", "tf_cluster", "short", "essay", "multiple", "cloze", "match", "order", "hotspot",
)  # fmt: skip
PLAYABLE: frozenset[Kind] = frozenset(  # what the candidate's player can draw
    {
        "choice", "tf_cluster", "short", "essay", "multiple", "cloze", "match", "order", "hotspot",
        "gap_match", "hottext", "composite",
    }
)  # fmt: skip
OPTION_IDS = ("A", "B", "C", "D", "E", "F", "G", "H")
STATEMENT_IDS = tuple("abcdefghijklmnopqrst")


class Choice(Frozen):
    """One option is right."""

    type: Literal["choice"] = "choice"
    options: tuple[Option, ...] = Field(default=(), max_length=8)
    key: Code | None = None
    shuffle: bool = True


class Statement(Frozen):
    id: Code
    body: Html = ""
    key: bool | None = None
    rationale: Note = ""


Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=6, decimal_places=5)]


class TrueFalseCluster(Growing):
    """Statements judged one by one; ONE polytomous item, category = number right.

    `shares` is the part of the item's points for 0, 1, 2, … right; empty: as the form's part says.
    """

    LATER = frozenset({"shares"})

    type: Literal["tf_cluster"] = "tf_cluster"
    statements: tuple[Statement, ...] = Field(default=(), max_length=len(STATEMENT_IDS))
    shares: tuple[Share, ...] = Field(default=(), max_length=len(STATEMENT_IDS) + 1)


class ShortAnswer(Growing):
    """A number typed into a few boxes, as on the official answer sheet.

    `tolerance`: how far from a key a number may be and still be right; None: equal to one.
    """

    LATER = frozenset({"tolerance"})

    type: Literal["short"] = "short"
    keys: tuple[Annotated[str, StringConstraints(max_length=40)], ...] = Field(
        default=(), max_length=20
    )
    max_chars: int = Field(default=4, ge=1, le=40)
    charset: Charset = "0-9,-"
    tolerance: Annotated[Decimal, Field(ge=0, max_digits=12)] | None = None
    hint: Note = ""


def characters(charset: Charset) -> str:
    """What may stand in the boxes, one by one."""
    return charset.replace("0-9", "0123456789", 1)


class RubricLevel(Frozen):
    points: Decimal
    text: Note = ""


class Criterion(Frozen):
    id: Code
    criterion: Note = ""
    levels: tuple[RubricLevel, ...] = Field(default=(), max_length=40)


class Essay(Frozen):
    type: Literal["essay"] = "essay"
    min_words: int | None = Field(default=None, ge=0, le=5000)
    max_words: int | None = Field(default=None, ge=1, le=5000)
    rubric: tuple[Criterion, ...] = Field(default=(), max_length=30)
    model_answer: Html = ""


Interaction = Annotated[
    Choice
    | TrueFalseCluster
    | ShortAnswer
    | Essay
    | MultipleChoice
    | Cloze
    | Match
    | Order
    | Hotspot
    | GapMatch
    | Hottext
    | Composite
    | QtiOpaque,
    Field(discriminator="type"),
]


class ItemContent(Growing):
    """Everything an author writes. A draft may be incomplete; `checks.problems` says how."""

    LATER = frozenset({"qti", "recording"})

    schema_: Literal[1] = Field(default=1, alias="schema")
    kind: Kind
    subject: Code
    grade: int = Field(ge=1, le=12)
    topic: Code = ""
    outcome: Code = ""
    level: Level | None = None
    real_life: bool = False
    minutes: Decimal | None = Field(default=None, ge=0, le=240)
    stimulus: Code | None = None
    stem: Html = ""
    solution: Html = ""
    interaction: Interaction
    recording: Recording | None = None
    qti: QtiSource | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StimulusContent(Growing):
    """Material that several items share: a passage, a table, a graph, a recording."""

    LATER = frozenset({"recording"})

    schema_: Literal[1] = Field(default=1, alias="schema")
    subject: Code
    title: Annotated[str, StringConstraints(max_length=300)] = ""
    body: Html = ""
    recording: Recording | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_OTHERS: dict[str, type[Frozen]] = {
    "multiple": MultipleChoice,
    "cloze": Cloze,
    "match": Match,
    "order": Order,
    "hotspot": Hotspot,
    "gap_match": GapMatch,
    "hottext": Hottext,
    "composite": Composite,
    "qti": QtiOpaque,
}


def empty_interaction(kind: str) -> Frozen:
    """The starting point of a new draft of this kind, laid out as the official format has it."""
    if kind == "multiple":
        return MultipleChoice(options=tuple(Option(id=i) for i in OPTION_IDS[:4]))
    if kind in _OTHERS:
        return _OTHERS[kind]()
    if kind == "choice":
        return Choice(options=tuple(Option(id=i) for i in OPTION_IDS[:4]))
    if kind == "tf_cluster":
        return TrueFalseCluster(statements=tuple(Statement(id=i) for i in STATEMENT_IDS[:4]))
    if kind == "short":
        return ShortAnswer()
    return Essay()


def canonical_bytes(content: ItemContent | StimulusContent) -> bytes:
    """UTF-8 JSON, keys sorted, no white space: what is stored and hashed."""
    dumped = content.model_dump(mode="json", by_alias=True)
    return json.dumps(dumped, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: ItemContent) -> str:
    """Of what a candidate sees and of the key: what an imported source must still agree with."""
    told = {"stem": content.stem, "interaction": content.interaction.model_dump(mode="json")}
    return hashlib.sha256(json.dumps(_bare(told), sort_keys=True).encode()).hexdigest()


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in {"rationale", "hint"}}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def source_of(content: ItemContent) -> QtiSource | None:
    """The QTI an item came from, while the item still says what it said when it came."""
    source = content.qti
    if source is None or isinstance(content.interaction, QtiOpaque):
        return source
    return source if source.fingerprint == fingerprint(content) else None


def version_name(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()


def read_item(stored: bytes) -> ItemContent:
    """Content of a stored version. Older schemas pass through their upcaster here."""
    return ItemContent.model_validate_json(stored)


def read_stimulus(stored: bytes) -> StimulusContent:
    return StimulusContent.model_validate_json(stored)
