"""A key in words, with the letters candidates saw: identifiers are what counts, letters are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from delivery.results.keyed_items import KeyedItem
from delivery.results.rescoring.keys import wider_key_of
from delivery.results.rescoring.models import KeyChange
from itembank.errors import Message, msg
from itembank.forms.models import FormItem
from itembank.items import repository as items
from itembank.items.content import OPTION_IDS, Choice, ItemContent
from itembank.items.interactions import MultipleChoice
from itembank.scoring.versions import FULL_MARKS
from itembank.scoring.wider_keys import WiderKey

from .forms_views import key_lines


@dataclass(frozen=True, slots=True)
class KeyTold:
    """What counts at a place: the key, what counts beside it, or everything."""

    lines: Sequence[str]
    further: Message | None = None
    is_full_marks: bool = False


def key_told(seen: ItemContent, key: KeyedItem) -> KeyTold:
    """`seen` is the content as the form gave it, whatever version's key counts now."""
    return KeyTold(
        shown_key(seen, key.content),
        wider_told(seen, key.wider),
        is_full_marks=key.rule == FULL_MARKS,
    )


def ruling_told(db: Session, place: FormItem, change: KeyChange) -> KeyTold:
    """What a change lets count at a place, in force or not."""
    if change.version_hash is None:
        return KeyTold((), is_full_marks=True)
    seen = items.read_version(db, place.version_hash or "")
    key = items.read_version(db, change.version_hash)
    return KeyTold(shown_key(seen, key), wider_told(seen, wider_key_of(change)))


def letters(seen: ItemContent) -> Mapping[str, str]:
    """Identifier -> the letter beside it on the candidate's screen, which goes by place."""
    part = seen.interaction
    if not isinstance(part, Choice | MultipleChoice) or len(part.options) > len(OPTION_IDS):
        return {}
    return {option.id: OPTION_IDS[place] for place, option in enumerate(part.options)}


def shown_key(seen: ItemContent, keyed: ItemContent) -> list[str]:
    """The key of `keyed`, its options by the letters of `seen`; several together as `A + C`."""
    if not isinstance(keyed.interaction, Choice | MultipleChoice):
        return key_lines(keyed)
    return [set_told(key_lines(keyed), letters(seen))]


def wider_told(seen: ItemContent, wider: WiderKey | None) -> Message | None:
    if wider is None:
        return None
    shown = letters(seen)
    if wider.statements:
        rows = ", ".join(f"{name})" for name in wider.statements)
        return msg("{rows} đúng hay sai đều được tính", rows=rows)
    if wider.sets:
        return msg(
            "{sets} cũng được tính đúng", sets="; ".join(set_told(s, shown) for s in wider.sets)
        )
    options = ", ".join(sorted(shown.get(name, name) for name in wider.options))
    return msg("{options} cũng được tính đúng", options=options)


def set_told(names: Sequence[str], shown: Mapping[str, str]) -> str:
    return " + ".join(sorted(shown.get(name, name) for name in names))
