"""Items with several interactions in one body, each with a response of its own.

The stem holds a `<span data-gap="ID">` where a place stands; the place says what it asks for.
Interactions that other systems use and the bank has no kind of its own for (a slider, pairs among
one set, tasks on a picture, a file handed in) stand in such a place too, alone or with others.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .interactions import (
    Area,
    Code,
    Frozen,
    Gap,
    GapMatch,
    Hotspot,
    Hottext,
    Html,
    Link,
    Match,
    MultipleChoice,
    Option,
    Order,
    Part,
)

TypedKey = Annotated[str, StringConstraints(max_length=400)]


class Entry(Frozen):
    """One gap: chosen from `options`, or typed where there are none."""

    type: Literal["entry"] = "entry"
    options: tuple[Option, ...] = Field(default=(), max_length=60)
    keys: tuple[TypedKey, ...] = Field(default=(), max_length=60)
    case_sensitive: bool = True
    length: int | None = Field(default=None, ge=1, le=2_000)

    def as_gap(self, identifier: str) -> Gap:
        return Gap(
            id=identifier,
            options=self.options,
            keys=self.keys,
            case_sensitive=self.case_sensitive,
            length=self.length,
        )

    @property
    def key_lines(self) -> list[str]:
        words = {option.id: option.body for option in self.options}
        return [" / ".join(words.get(key, key) for key in self.keys)] if self.keys else []


class WrittenText(Frozen):
    """Some sentences, marked by a person."""

    type: Literal["text"] = "text"
    length: int | None = Field(default=None, ge=1, le=60_000)

    @property
    def key_lines(self) -> list[str]:
        return []


class Upload(Frozen):
    """A file handed in, marked by a person."""

    type: Literal["upload"] = "upload"

    @property
    def key_lines(self) -> list[str]:
        return []


class Slider(Frozen):
    """A number on a line from `lower` to `upper` in steps."""

    type: Literal["slider"] = "slider"
    lower: float = 0.0
    upper: float = 100.0
    step: float = Field(default=1.0, gt=0)
    vertical: bool = False
    key: float | None = None

    @property
    def key_lines(self) -> list[str]:
        return [] if self.key is None else [f"{self.key:g}"]


class Associate(Frozen):
    """Pairs among one set; which of the two comes first does not matter."""

    type: Literal["associate"] = "associate"
    choices: tuple[Part, ...] = Field(default=(), max_length=100)
    keys: tuple[Link, ...] = Field(default=(), max_length=400)
    shuffle: bool = False
    most: int = Field(default=0, ge=0, le=400)

    @property
    def key_lines(self) -> list[str]:
        return [f"{link.left} – {link.right}" for link in self.keys]


class OnPicture(Frozen):
    """What tasks on a picture have in common."""

    picture: Html = ""
    width: int = Field(default=1, ge=1, le=10_000)
    height: int = Field(default=1, ge=1, le=10_000)


class PicturePoints(OnPicture):
    """Points set on a picture, with `marker` where something is put there. `targets` are the key."""

    type: Literal["picture_points"] = "picture_points"
    marker: Html = ""
    targets: tuple[Area, ...] = Field(default=(), max_length=200)
    most: int = Field(default=1, ge=0, le=200)

    @property
    def key_lines(self) -> list[str]:
        return [
            f"{target.shape} {', '.join(f'{number:g}' for number in target.coords)}"
            for target in self.targets
        ]


class PictureOrder(OnPicture):
    """Areas of a picture put in order."""

    type: Literal["picture_order"] = "picture_order"
    areas: tuple[Area, ...] = Field(default=(), max_length=200)
    keys: tuple[Code, ...] = Field(default=(), max_length=200)

    @property
    def key_lines(self) -> list[str]:
        return [" → ".join(self.keys)] if self.keys else []


class PictureLinks(OnPicture):
    """Areas of a picture joined two by two."""

    type: Literal["picture_links"] = "picture_links"
    areas: tuple[Area, ...] = Field(default=(), max_length=200)
    keys: tuple[Link, ...] = Field(default=(), max_length=400)
    most: int = Field(default=0, ge=0, le=400)

    @property
    def key_lines(self) -> list[str]:
        return [f"{link.left} – {link.right}" for link in self.keys]


class PictureGaps(OnPicture):
    """Pieces put into areas of a picture."""

    type: Literal["picture_gaps"] = "picture_gaps"
    pieces: tuple[Part, ...] = Field(default=(), max_length=100)
    areas: tuple[Area, ...] = Field(default=(), max_length=200)
    keys: tuple[Link, ...] = Field(default=(), max_length=400)

    @property
    def key_lines(self) -> list[str]:
        return [f"{link.left} – {link.right}" for link in self.keys]


class Drawing(OnPicture):
    """Something drawn on a picture, marked by a person."""

    type: Literal["drawing"] = "drawing"

    @property
    def key_lines(self) -> list[str]:
        return []


Asked = (
    MultipleChoice
    | Entry
    | WrittenText
    | Match
    | Order
    | Hotspot
    | GapMatch
    | Hottext
    | Slider
    | Associate
    | PicturePoints
    | PictureOrder
    | PictureLinks
    | PictureGaps
    | Upload
    | Drawing
)
MARKED_BY_PEOPLE = (WrittenText, Upload, Drawing)


class Place(Frozen):
    """One interaction; `id` names its response and its place in the stem."""

    id: Code
    asks: Annotated[Asked, Field(discriminator="type")]


class Composite(Frozen):
    """Several interactions; category = number of places answered in full as the key says."""

    type: Literal["composite"] = "composite"
    places: tuple[Place, ...] = Field(default=(), max_length=100)

    @property
    def scored_places(self) -> tuple[Place, ...]:
        """Places with a key; the others are marked by people."""
        return tuple(p for p in self.places if not isinstance(p.asks, MARKED_BY_PEOPLE))

    @property
    def key_lines(self) -> list[str]:
        """The key as people read it, one line a fact."""
        return [f"{place.id}: {line}" for place in self.places for line in place.asks.key_lines]
