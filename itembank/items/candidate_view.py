"""What a candidate may see: a type of its own, with no key, rubric, rationale or scoring rule.

It is built field by field from the content; nothing is copied wholesale, so a field added to the
item model later stays unseen until somebody decides otherwise here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .content import Choice, Essay, ItemContent, ShortAnswer, StimulusContent, TrueFalseCluster


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


SeenInteraction = Annotated[
    SeenChoice | SeenCluster | SeenShort | SeenEssay, Field(discriminator="kind")
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


def _seen(interaction: Choice | TrueFalseCluster | ShortAnswer | Essay) -> SeenInteraction:
    match interaction:
        case Choice():
            return SeenChoice(
                options=tuple(SeenPart(id=o.id, body=o.body) for o in interaction.options)
            )
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
