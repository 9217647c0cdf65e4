"""A key that counts more than its author meant: «B counts as well», decided after the examination. Pure.

A wider key names options and statements by their identifiers, never by the letter under which a
booklet shows them. It is read as «whoever gave this is scored as if the key had been given», so
that points, categories and imported processing stay those of the item, and it never takes a point.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..errors import Message, msg
from ..items.content import Choice, ItemContent, TrueFalseCluster
from ..items.interactions import Code, MultipleChoice
from .rules import ItemScore, Weight, score

WIDER_KEY = "wider key 2026.1"
MOST_SETS = 20
Codes = Annotated[tuple[Code, ...], Field(max_length=60)]


class WiderKey(BaseModel):
    """What counts beside the key of one version, by the rule of this name.

    `options` of a single choice; `sets` of a multiple choice, each a whole response; `statements`
    of a cluster whose two answers both count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str = WIDER_KEY
    version: str
    options: Codes = ()
    sets: Annotated[tuple[Codes, ...], Field(max_length=MOST_SETS)] = ()
    statements: Codes = ()

    @field_validator("options", "statements")
    @classmethod
    def _in_order(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(names)))

    @field_validator("sets")
    @classmethod
    def _each_in_order(cls, sets: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted({tuple(sorted(set(one))) for one in sets}))

    @property
    def stored(self) -> str:
        """Canonical JSON: what is kept, and what the name is made of."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def wider_key_name(stored: str) -> str:
    """SHA-256 of what was stored, the rule's name in it; never of a later dump."""
    return hashlib.sha256(stored.encode()).hexdigest()


def why_unfit(content: ItemContent, wider: WiderKey) -> Message | str | None:
    """Why this wider key is none for this content, in words for the person who asks for it."""
    part = content.interaction
    sets = [" ".join(one) for one in wider.sets]
    match part:
        case Choice(key=str() as key):
            others = [*sets, *wider.statements]
            return _why_not(wider.options, {o.id for o in part.options}, key, others)
        case MultipleChoice(keys=[_, *_]):
            ids = {option.id for option in part.options}
            known = {" ".join(one) for one in wider.sets if one and set(one) <= ids}
            others = [*wider.options, *wider.statements]
            return _why_not(sets, known, " ".join(sorted(part.keys)), others)
        case TrueFalseCluster():
            judged = {s.id for s in part.statements if s.key is not None}
            return _why_not(wider.statements, judged, None, [*wider.options, *sets])
        case _:
            return (
                "Dạng câu này không có phương án để tính thêm; hãy dùng đáp án của phiên bản khác."
            )


def _why_not(
    named: Sequence[str], known: Set[str], key: str | None, others: Sequence[str]
) -> Message | str | None:
    unknown = [*others, *(one for one in named if one not in known)]
    if unknown:
        return msg("Câu này không có phương án «{name}».", name=", ".join(unknown))
    if not named:
        return "Đánh dấu ít nhất một phương án cũng được tính đúng."
    if key in named:
        return "Đáp án của câu đã được tính đúng rồi; đánh dấu phương án khác với nó."
    return None


def score_wider(content: ItemContent, response: Any, weight: Weight, wider: WiderKey) -> ItemScore:
    """As the key alone scores it, or as if the key had been given, whichever is worth more."""
    plain = score(content, response, weight)
    as_key = score(content, read_as(content, wider, response), weight)
    points = plain.points, as_key.points
    is_more = points[0] is not None and points[1] is not None and points[1] > points[0]
    return replace(as_key if is_more else plain, rule=WIDER_KEY, answered=plain.answered)


def read_as(content: ItemContent, wider: WiderKey, response: Any) -> Any:
    """The response with what also counts replaced by the key; what was left out stays left out."""
    part = content.interaction
    match part:
        case Choice():
            return part.key if response in wider.options else response
        case MultipleChoice() if isinstance(response, list):
            return list(part.keys) if tuple(sorted(map(str, response))) in wider.sets else response
        case TrueFalseCluster() if isinstance(response, dict):
            either = {s.id: s.key for s in part.statements if s.id in wider.statements}
            return {
                name: either[name] if name in either and isinstance(given, bool) else given
                for name, given in response.items()
            }
        case _:
            return response
