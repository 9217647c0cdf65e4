"""Items read from text formats, told as an import report tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from ..errors import Message, Problem, msg
from ..items.content import ItemContent, StimulusContent
from ..items.html import assets_in, plain_text
from ..items.interactions import Frozen
from .found import FoundImage, FoundItem
from .qti.telling import formulas_of, html_pieces, key_of, options_of, stem_text


def told(
    content: ItemContent,
    *,
    number: int,
    problems: Sequence[Problem] = (),
    pictures: Mapping[str, FoundImage] | None = None,
    stimulus: StimulusContent | None = None,
    points: Decimal | None = None,
    identity: str = "",
) -> FoundItem:
    """The found item of some content; its plain text and pictures are read off the content."""
    shelf = pictures or {}
    shown = [*html_pieces(content), content.solution, stimulus.body if stimulus else ""]
    shown.append(content.interaction.model_dump_json())
    names = dict.fromkeys(name for piece in shown for name in assets_in(piece))
    return FoundItem(
        number=number,
        kind=content.kind,
        stem=stem_text(content),
        options=options_of(content.interaction),
        key=key_of(content.interaction),
        points=points,
        content=content,
        stimulus=stimulus,
        stimulus_text=plain_text(stimulus.body) if stimulus else "",
        images=tuple(shelf[name] for name in names if name in shelf),
        formulas=formulas_of(content),
        problems=tuple(problems),
        identity=identity,
    )


def unfit(number: int, kind: str, stem: str, problems: Iterable[Problem]) -> FoundItem:
    """An item that was recognised but cannot be put into the model as it stands."""
    return FoundItem(number=number, kind=kind, stem=plain_text(stem), problems=tuple(problems))


def content_of(
    interaction: Callable[[], Frozen], about: Mapping[str, Any], stem: str, solution: str
) -> ItemContent | Message:
    """The content, or why the model cannot hold it (too long, too many options)."""
    try:
        part = interaction()
        return ItemContent(
            kind=part.type,  # type: ignore[attr-defined]
            stem=stem,
            solution=solution,
            interaction=part,
            **about,
        )
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"]) or "?"
        return msg(
            "Câu hỏi vượt khuôn khổ ngân hàng ở «{place}»; rút gọn hoặc tách câu.", place=place
        )
