"""A found item as a person mends it: kind, key and words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Problem
from ..items import checks
from ..items.content import (
    OPTION_IDS,
    STATEMENT_IDS,
    Choice,
    Essay,
    Interaction,
    ItemContent,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)
from ..items.html import has_text
from ..items.interactions import MultipleChoice
from ..items.numbers import parse_vn_number

MENDABLE = ("choice", "multiple", "tf_cluster", "short", "essay")


@dataclass(frozen=True, slots=True)
class Mend:
    """What a person settled on. `bodies` by letter, in order; of keys the one of `kind` counts."""

    kind: str
    stem: str
    bodies: Mapping[str, str] = field(default_factory=dict)
    letters: Sequence[str] = ()
    truths: Mapping[str, bool | None] = field(default_factory=dict)
    numbers: Sequence[str] = ()


def mended(content: ItemContent, mend: Mend) -> ItemContent:
    """The content with the mend in it; its rationales, solution and rubric stay."""
    interaction = _interaction(content.interaction, mend)
    changes = {"kind": mend.kind, "stem": mend.stem, "interaction": interaction}
    return ItemContent.model_validate({**content.model_dump(by_alias=True), **changes})


def _interaction(old: Interaction, mend: Mend) -> Interaction:
    bodies = _without_empty_end(list(mend.bodies.values()))
    match mend.kind:
        case "choice":
            shuffle = old.shuffle if isinstance(old, Choice | MultipleChoice) else True
            key = mend.letters[0] if len(mend.letters) == 1 else None
            return Choice(options=_options(old, bodies), key=key, shuffle=shuffle)
        case "multiple":
            return MultipleChoice(options=_options(old, bodies), keys=tuple(mend.letters))
        case "tf_cluster":
            return TrueFalseCluster(statements=_statements(old, mend, bodies))
        case "short":
            kept = old if isinstance(old, ShortAnswer) else ShortAnswer()
            return kept.model_copy(update={"keys": tuple(n for n in mend.numbers if n)})
    return old if isinstance(old, Essay) else Essay()


def _without_empty_end(bodies: Sequence[str]) -> Sequence[str]:
    """Places left empty at the end are not options; one left empty between others is a gap."""
    filled = [index for index, body in enumerate(bodies) if has_text(body)]
    return bodies[: filled[-1] + 1] if filled else ()


def _options(old: Interaction, bodies: Sequence[str]) -> tuple[Option, ...]:
    reasons = _rationales(old)
    return tuple(
        Option(id=letter, body=body, rationale=reasons.get(letter, ""))
        for letter, body in zip(OPTION_IDS, bodies, strict=False)
    )


def _statements(old: Interaction, mend: Mend, bodies: Sequence[str]) -> tuple[Statement, ...]:
    reasons = _rationales(old)
    return tuple(
        Statement(
            id=letter, body=body, key=mend.truths.get(letter), rationale=reasons.get(letter, "")
        )
        for letter, body in zip(STATEMENT_IDS, bodies, strict=False)
    )


def _rationales(old: Interaction) -> dict[str, str]:
    return {part.id: part.rationale for part in parts_of(old)}


def parts_of(interaction: Interaction) -> tuple[Option, ...] | tuple[Statement, ...]:
    """Options or statements, whichever there are."""
    if isinstance(interaction, Choice | MultipleChoice):
        return interaction.options
    return interaction.statements if isinstance(interaction, TrueFalseCluster) else ()


def gaps(content: ItemContent) -> list[Problem]:
    """What keeps an item from being a draft: no words, no options, no key.

    A draft may lack its topic, its level and its rationales; a stem, whole options and a key it
    must have, because those were in the file.
    """
    return list(_gaps(content))


def _gaps(content: ItemContent) -> Iterator[Problem]:
    for found in checks.problems(content):
        field_ = str(found.where)
        if field_ == "stem":
            blocks = not has_text(content.stem)
        elif field_ == "keys":
            blocks = not _keys_are_numbers(content)
        else:
            blocks = field_ in {"options", "statements", "key", "interaction"}
            blocks = blocks or field_.endswith((".body", ".key"))
        if blocks:
            yield found


def _keys_are_numbers(content: ItemContent) -> bool:
    part = content.interaction
    keys = part.keys if isinstance(part, ShortAnswer) else ()
    return bool(keys) and all(parse_vn_number(key) is not None for key in keys)
