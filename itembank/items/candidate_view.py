"""What a candidate may see: a type of its own, with no key, rubric, rationale or scoring rule.

It is built field by field from the content; nothing is copied wholesale, so a field added to the
item model later stays unseen until somebody decides otherwise here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .content import (
    Choice,
    Essay,
    Interaction,
    ItemContent,
    ShortAnswer,
    StimulusContent,
    TrueFalseCluster,
)
from .interactions import (
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Option,
    Order,
    Part,
    QtiOpaque,
)


class Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeenPart(Seen):
    id: str
    body: str


class SeenChoice(Seen):
    kind: Literal["choice"] = "choice"
    options: tuple[SeenPart, ...]


class SeenCluster(Seen):
    kind: Literal["tf_cluster"] = "tf_cluster"
    statements: tuple[SeenPart, ...]


class SeenShort(Seen):
    kind: Literal["short"] = "short"
    max_chars: int
    charset: str
    hint: str


class SeenEssay(Seen):
    kind: Literal["essay"] = "essay"
    min_words: int | None
    max_words: int | None


class SeenMultiple(Seen):
    kind: Literal["multiple"] = "multiple"
    options: tuple[SeenPart, ...]
    least: int
    most: int


class SeenGap(Seen):
    id: str
    options: tuple[SeenPart, ...]
    length: int | None


class SeenCloze(Seen):
    kind: Literal["cloze"] = "cloze"
    gaps: tuple[SeenGap, ...]


class SeenPiece(Seen):
    id: str
    body: str
    most: int


class SeenMatch(Seen):
    kind: Literal["match"] = "match"
    rows: tuple[SeenPiece, ...]
    columns: tuple[SeenPiece, ...]
    most: int


class SeenOrder(Seen):
    """In the order in which they are to be shown, which says nothing of the key."""

    kind: Literal["order"] = "order"
    options: tuple[SeenPart, ...]


class SeenArea(Seen):
    id: str
    shape: str
    coords: tuple[float, ...]
    label: str


class SeenHotspot(Seen):
    kind: Literal["hotspot"] = "hotspot"
    picture: str
    width: int
    height: int
    areas: tuple[SeenArea, ...]
    least: int
    most: int


class SeenGapMatch(Seen):
    kind: Literal["gap_match"] = "gap_match"
    pieces: tuple[SeenPiece, ...]
    text: str
    gaps: tuple[str, ...]


class SeenHottext(Seen):
    kind: Literal["hottext"] = "hottext"
    text: str
    words: tuple[str, ...]
    least: int
    most: int


class SeenOpaque(Seen):
    """What may be shown of an item kept word for word; nothing of its processing."""

    kind: Literal["qti"] = "qti"
    interactions: tuple[str, ...]
    body: str


SeenInteraction = Annotated[
    SeenChoice
    | SeenCluster
    | SeenShort
    | SeenEssay
    | SeenMultiple
    | SeenCloze
    | SeenMatch
    | SeenOrder
    | SeenHotspot
    | SeenGapMatch
    | SeenHottext
    | SeenOpaque,
    Field(discriminator="kind"),
]


class CandidateView(Seen):
    stem: str
    interaction: SeenInteraction
    stimulus: str | None


class StimulusView(Seen):
    title: str
    body: str


def candidate_view(content: ItemContent) -> CandidateView:
    return CandidateView(
        stem=content.stem,
        interaction=_seen(content.interaction),
        stimulus=content.stimulus,
    )


def stimulus_view(content: StimulusContent) -> StimulusView:
    return StimulusView(title=content.title, body=content.body)


def _seen(interaction: Interaction) -> SeenInteraction:
    match interaction:
        case Choice():
            return SeenChoice(options=_options(interaction.options))
        case TrueFalseCluster():
            return SeenCluster(
                statements=tuple(SeenPart(id=s.id, body=s.body) for s in interaction.statements)
            )
        case ShortAnswer():
            return SeenShort(
                max_chars=interaction.max_chars,
                charset=interaction.charset,
                hint=interaction.hint,
            )
        case Essay():
            return SeenEssay(min_words=interaction.min_words, max_words=interaction.max_words)
        case _:
            return _seen_other(interaction)


def _seen_other(
    interaction: MultipleChoice | Cloze | Match | Order | Hotspot | GapMatch | Hottext | QtiOpaque,
) -> SeenInteraction:
    match interaction:
        case MultipleChoice():
            return SeenMultiple(
                options=_options(interaction.options),
                least=interaction.least,
                most=interaction.most,
            )
        case Cloze():
            return SeenCloze(
                gaps=tuple(
                    SeenGap(id=gap.id, options=_options(gap.options), length=gap.length)
                    for gap in interaction.gaps
                )
            )
        case Match():
            return SeenMatch(
                rows=_pieces(interaction.rows),
                columns=_pieces(interaction.columns),
                most=interaction.most,
            )
        case Order():
            return SeenOrder(options=_options(interaction.options))
        case Hotspot():
            return _seen_hotspot(interaction)
        case GapMatch():
            return SeenGapMatch(
                pieces=_pieces(interaction.pieces), text=interaction.text, gaps=interaction.gaps
            )
        case Hottext():
            return SeenHottext(
                text=interaction.text,
                words=interaction.words,
                least=interaction.least,
                most=interaction.most,
            )
        case QtiOpaque():
            return SeenOpaque(interactions=interaction.interactions, body=interaction.body)


def _seen_hotspot(interaction: Hotspot) -> SeenHotspot:
    return SeenHotspot(
        picture=interaction.picture,
        width=interaction.width,
        height=interaction.height,
        areas=tuple(
            SeenArea(id=a.id, shape=a.shape, coords=a.coords, label=a.label)
            for a in interaction.areas
        ),
        least=interaction.least,
        most=interaction.most,
    )


def _options(options: Sequence[Option]) -> tuple[SeenPart, ...]:
    return tuple(SeenPart(id=option.id, body=option.body) for option in options)


def _pieces(parts: Sequence[Part]) -> tuple[SeenPiece, ...]:
    return tuple(SeenPiece(id=part.id, body=part.body, most=part.most) for part in parts)
