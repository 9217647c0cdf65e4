"""What a candidate may see of each interaction: types without key, rubric, rationale or scoring rule.

`candidate_view` builds them field by field.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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


class SeenEntry(Seen):
    kind: Literal["entry"] = "entry"
    options: tuple[SeenPart, ...]
    length: int | None


class SeenText(Seen):
    kind: Literal["text"] = "text"
    length: int | None


class SeenUpload(Seen):
    kind: Literal["upload"] = "upload"


class SeenSlider(Seen):
    kind: Literal["slider"] = "slider"
    lower: float
    upper: float
    step: float
    vertical: bool


class SeenAssociate(Seen):
    kind: Literal["associate"] = "associate"
    choices: tuple[SeenPiece, ...]
    most: int


class SeenPicture(Seen):
    """A task on a picture. Points to be found are the key: of them there are no areas here."""

    kind: Literal["picture_points", "picture_order", "picture_links", "picture_gaps", "drawing"]
    picture: str
    width: int
    height: int
    marker: str = ""
    areas: tuple[SeenArea, ...] = ()
    pieces: tuple[SeenPiece, ...] = ()
    most: int = 0


SeenAsked = Annotated[
    SeenMultiple
    | SeenEntry
    | SeenText
    | SeenMatch
    | SeenOrder
    | SeenHotspot
    | SeenGapMatch
    | SeenHottext
    | SeenSlider
    | SeenAssociate
    | SeenPicture
    | SeenUpload,
    Field(discriminator="kind"),
]


class SeenPlace(Seen):
    id: str
    asks: SeenAsked


class SeenComposite(Seen):
    kind: Literal["composite"] = "composite"
    places: tuple[SeenPlace, ...]


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
    | SeenComposite
    | SeenOpaque,
    Field(discriminator="kind"),
]


class SeenRecording(Seen):
    """`plays`: how often it may be played; None is any number of times. No transcript."""

    src: str
    plays: int | None


class CandidateView(Seen):
    stem: str
    interaction: SeenInteraction
    stimulus: str | None
    recording: SeenRecording | None = None


class StimulusView(Seen):
    title: str
    body: str
    recording: SeenRecording | None = None
