"""Interactions beyond the four of the official papers: what other systems' items ask for.

An inline place in a text (a gap to fill, a word to pick) is a `<span data-gap="ID">` in the
content; the interaction says what belongs there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

Html = Annotated[str, StringConstraints(max_length=60_000)]
Note = Annotated[str, StringConstraints(max_length=8_000)]
Code = Annotated[str, StringConstraints(max_length=80)]
Xml = Annotated[str, StringConstraints(max_length=400_000)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Growing(Frozen):
    """A field that joined later is written only where it says something: the names of versions
    and the fingerprints of sources made before it stay what they were.
    """

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_silent(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = dump(self)
        fields = type(self).model_fields
        silent = {name for name in self.LATER if getattr(self, name) == fields[name].default}
        return {name: value for name, value in written.items() if name not in silent}


class Recording(Frozen):
    """The sound of a listening item. The transcript is for appraisers: candidates never get it.

    `plays` is how often a candidate may listen; None is any number of times.
    """

    src: Annotated[str, StringConstraints(pattern=r"^asset:[0-9a-f]{64}$")]
    plays: int | None = Field(default=2, ge=1, le=20)
    transcript: Annotated[str, StringConstraints(max_length=20_000)] = ""


class Option(Frozen):
    id: Code
    body: Html = ""
    rationale: Note = ""


class MultipleChoice(Frozen):
    """Every right option and no other: one point of score, as the key says."""

    type: Literal["multiple"] = "multiple"
    options: tuple[Option, ...] = Field(default=(), max_length=60)
    keys: tuple[Code, ...] = Field(default=(), max_length=60)
    shuffle: bool = True
    least: int = Field(default=0, ge=0, le=60)
    most: int = Field(default=0, ge=0, le=60)  # 0: as many as there are

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return list(self.keys)


class Gap(Frozen):
    """One place in a text: chosen from `options`, or typed where there are none."""

    id: Code
    options: tuple[Option, ...] = Field(default=(), max_length=60)
    keys: tuple[Annotated[str, StringConstraints(max_length=400)], ...] = Field(
        default=(), max_length=60
    )
    case_sensitive: bool = True
    length: int | None = Field(default=None, ge=1, le=2_000)


def _shown(gap: Gap) -> list[str]:
    """Keys of a gap; of a gap with options the words, not their identifiers."""
    words = {option.id: option.body for option in gap.options}
    return [words.get(key, key) for key in gap.keys]


class Cloze(Frozen):
    """A text with gaps; category = number of gaps filled as the key says."""

    type: Literal["cloze"] = "cloze"
    gaps: tuple[Gap, ...] = Field(default=(), max_length=100)

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return [f"{gap.id}: {' / '.join(_shown(gap))}" for gap in self.gaps]


class Part(Frozen):
    """Something to be paired; `most` 0 is any number of times."""

    id: Code
    body: Html = ""
    most: int = Field(default=1, ge=0, le=100)


class Link(Frozen):
    left: Code
    right: Code


class Match(Frozen):
    """Rows paired with columns. `partial`: category = number of pairs of the key given."""

    type: Literal["match"] = "match"
    rows: tuple[Part, ...] = Field(default=(), max_length=100)
    columns: tuple[Part, ...] = Field(default=(), max_length=100)
    keys: tuple[Link, ...] = Field(default=(), max_length=400)
    shuffle: bool = False
    partial: bool = False
    most: int = Field(default=0, ge=0, le=400)

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return [f"{link.left} – {link.right}" for link in self.keys]


class Order(Frozen):
    """All options in the order of the key."""

    type: Literal["order"] = "order"
    options: tuple[Option, ...] = Field(default=(), max_length=60)
    keys: tuple[Code, ...] = Field(default=(), max_length=60)
    shuffle: bool = True

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return [" → ".join(self.keys)]


class Area(Frozen):
    id: Code
    shape: Literal["rect", "circle", "ellipse", "poly", "default"]
    coords: tuple[float, ...] = Field(default=(), max_length=400)
    label: Note = ""


class Hotspot(Frozen):
    """Areas of a picture; exactly those of the key are right."""

    type: Literal["hotspot"] = "hotspot"
    picture: Html = ""
    width: int = Field(default=1, ge=1, le=10_000)
    height: int = Field(default=1, ge=1, le=10_000)
    areas: tuple[Area, ...] = Field(default=(), max_length=200)
    keys: tuple[Code, ...] = Field(default=(), max_length=200)
    least: int = Field(default=0, ge=0, le=200)
    most: int = Field(default=1, ge=0, le=200)

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return list(self.keys)


class GapMatch(Frozen):
    """Pieces put into the gaps of a text. `partial` as in `Match`."""

    type: Literal["gap_match"] = "gap_match"
    pieces: tuple[Part, ...] = Field(default=(), max_length=100)
    text: Html = ""
    gaps: tuple[Code, ...] = Field(default=(), max_length=100)
    keys: tuple[Link, ...] = Field(default=(), max_length=400)
    shuffle: bool = False
    partial: bool = False

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return [f"{link.left} – {link.right}" for link in self.keys]


class Hottext(Frozen):
    """Words of a text to be picked; exactly those of the key are right."""

    type: Literal["hottext"] = "hottext"
    text: Html = ""
    words: tuple[Code, ...] = Field(default=(), max_length=200)
    keys: tuple[Code, ...] = Field(default=(), max_length=200)
    least: int = Field(default=0, ge=0, le=200)
    most: int = Field(default=1, ge=0, le=200)

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return list(self.keys)


class QtiOpaque(Frozen):
    """An item kept word for word because this model does not hold it.

    `interactions` names what a candidate would have to do; `body` is what may be shown of it.
    """

    type: Literal["qti"] = "qti"
    interactions: tuple[Code, ...] = Field(default=(), max_length=200)
    body: Html = ""

    @property
    def key_lines(self) -> list[str]:
        """The key stands in the source."""
        return []


class QtiSource(Growing):
    """The QTI an item came from, word for word: never sent to a candidate.

    Where `scores`, it is this document that scores the item; `levels` are then the scores it can
    give, lowest first, and the category is the place in them. Otherwise it is kept for giving the
    item back as it came.
    """

    LATER = frozenset({"seed"})

    xml: Xml
    scores: bool = False
    levels: tuple[Decimal, ...] = Field(default=(), max_length=200)
    seed: int | None = None  # of the draw, where the source is a template: the same for everybody
    fingerprint: str = ""  # of the content read from it; another one means that it was edited since
