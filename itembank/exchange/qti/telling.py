"""An item as an import report tells it: plain text, TeX between dollars, the key by kind."""

from __future__ import annotations

from ...items.composite import (
    Asked,
    Associate,
    Composite,
    Entry,
    OnPicture,
    PictureGaps,
    PicturePoints,
)
from ...items.content import (
    Choice,
    Essay,
    Interaction,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
)
from ...items.html import formulas_in, plain_text
from ...items.interactions import (
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Order,
    QtiOpaque,
)
from ..found import Key


def options_of(part: Interaction) -> tuple[str, ...]:
    match part:
        case Choice() | MultipleChoice() | Order():
            return tuple(plain_text(option.body) for option in part.options)
        case TrueFalseCluster():
            return tuple(plain_text(statement.body) for statement in part.statements)
        case Match():
            return tuple(plain_text(side.body) for side in (*part.rows, *part.columns))
        case GapMatch():
            return tuple(plain_text(piece.body) for piece in part.pieces)
        case Hotspot():
            return tuple(area.label or area.id for area in part.areas)
        case Cloze():
            return tuple(plain_text(o.body) for gap in part.gaps for o in gap.options)
        case Composite():
            return tuple(option for place in part.places for option in _offered(place.asks))
        case _:
            return ()


def _offered(asks: Asked) -> tuple[str, ...]:
    match asks:
        case Entry():
            return tuple(plain_text(option.body) for option in asks.options)
        case Associate():
            return tuple(plain_text(choice.body) for choice in asks.choices)
        case PictureGaps():
            return tuple(plain_text(piece.body) for piece in asks.pieces)
        case MultipleChoice() | Order() | Match() | GapMatch() | Hotspot():
            return options_of(asks)
        case _:
            return ()


def key_of(part: Interaction) -> Key:
    match part:
        case Choice():
            return part.key
        case TrueFalseCluster():
            if any(statement.key is None for statement in part.statements):
                return None
            return "".join("Đ" if statement.key else "S" for statement in part.statements)
        case ShortAnswer():
            return part.keys[0] if part.keys else None
        case Match() | GapMatch():
            return tuple(f"{link.left} {link.right}" for link in part.keys) or None
        case Cloze():
            return tuple(gap.keys[0] if gap.keys else "" for gap in part.gaps) or None
        case Composite():
            return tuple(part.key_lines) or None
        case Essay() | QtiOpaque():
            return None
        case _:
            return part.keys or None


def html_pieces(content: ItemContent) -> list[str]:
    """Every piece of content in reading order."""
    return [content.stem, *_pieces(content.interaction)]


def _pieces(part: Interaction | Asked) -> list[str]:
    pieces: list[str] = []
    match part:
        case Composite():
            pieces += [piece for place in part.places for piece in _pieces(place.asks)]
        case Associate():
            pieces += [choice.body for choice in part.choices]
        case OnPicture():
            pieces += _on_picture(part)
        case Choice() | MultipleChoice() | Order() | Entry():
            pieces += [option.body for option in part.options]
        case TrueFalseCluster():
            pieces += [statement.body for statement in part.statements]
        case Match():
            pieces += [side.body for side in (*part.rows, *part.columns)]
        case GapMatch():
            pieces += [part.text, *(piece.body for piece in part.pieces)]
        case Hottext():
            pieces.append(part.text)
        case Hotspot():
            pieces.append(part.picture)
        case Cloze():
            pieces += [option.body for gap in part.gaps for option in gap.options]
        case _:
            pass
    return pieces


def _on_picture(part: OnPicture) -> list[str]:
    pieces = [part.picture]
    if isinstance(part, PicturePoints):
        pieces.append(part.marker)
    if isinstance(part, PictureGaps):
        pieces += [piece.body for piece in part.pieces]
    return pieces


def stem_text(content: ItemContent) -> str:
    part = content.interaction
    stem = plain_text(content.stem)
    text = plain_text(part.text) if isinstance(part, GapMatch | Hottext) else ""
    return f"{stem} {text}".strip()


def formulas_of(content: ItemContent) -> tuple[str, ...]:
    return tuple(tex for piece in html_pieces(content) for tex in formulas_in(piece))
