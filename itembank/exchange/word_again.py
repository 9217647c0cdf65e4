"""An item that comes back from Word: what was edited is taken, what was not stays as it was.

Word cannot hold everything (rationales, the TeX as it was typed, drawings as drawings). So the
bank's own content is written to Word and read again: where the file says the same as this echo,
nothing was edited and the bank's words stay; elsewhere the file's words count, with the formulas
and pictures that are still those of the bank put back.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from ..items.content import ItemContent, StimulusContent
from ..items.html import assets_in, formulas_in
from ..items.pictures import accept
from .found import FoundItem, Placement
from .paper.docx import paper_docx
from .paper.model import PrintedItem, paper_of_items
from .qti.packages_out import Assets
from .word.importer import import_word

MOST_BYTES = 50_000_000
_FORMULA = re.compile(r'(<(?:span|div) data-tex=")([^"]*)(")')
_HTML_FIELDS = ("stem", "solution")


@dataclass(frozen=True, slots=True)
class Echo:
    """What content reads like after a way through Word and back."""

    content: ItemContent
    stimulus: StimulusContent | None


def echo_of(
    content: ItemContent, stimulus: StimulusContent | None, *, assets: Assets
) -> Echo | None:
    """None where Word cannot hold the item well enough for it to be read again."""
    paper = paper_of_items([PrintedItem(1, content, stimulus)])
    made = paper_docx(paper, assets=assets, with_keys=True)
    found = import_word(made, placement=Placement(content.subject, content.grade)).items
    if len(found) != 1 or found[0].content is None or found[0].kind != content.kind:
        return None
    return _named(found[0])


def _named(found: FoundItem) -> Echo:
    """With the names its pictures will have in the bank."""
    assert found.content is not None
    names = {
        image.sha256: hashlib.sha256(
            accept(image.picture.body, most_bytes=MOST_BYTES).body
        ).hexdigest()
        for image in found.images
    }
    return Echo(
        _renamed(found.content, names),
        _renamed(found.stimulus, names) if found.stimulus else None,
    )


def _renamed(content: Any, names: dict[str, str]) -> Any:
    text = content.model_dump_json(by_alias=True)
    for name in set(assets_in(text)):
        text = text.replace(name, names.get(name, name))
    return type(content).model_validate_json(text)


def merged(old: ItemContent, new: ItemContent, echo: ItemContent | None) -> ItemContent:
    """The file's words, with the bank's where they were not edited or Word cannot hold them."""
    before, after = old.model_dump(by_alias=True), new.model_dump(by_alias=True)
    heard = echo.model_dump(by_alias=True) if echo else before
    for name in _HTML_FIELDS:
        after[name] = _field(before[name], after[name], heard[name])
    for name in ("outcome", "real_life", "minutes", "grade"):
        after[name] = before[name]
    for name in ("topic", "level", "stimulus"):
        after[name] = after[name] or before[name]
    after["interaction"] = _interaction(
        before["interaction"], after["interaction"], heard["interaction"]
    )
    return ItemContent.model_validate(after)


def _field(old: str, new: str, heard: str) -> str:
    if new == heard:
        return old
    pictures = dict(zip(assets_in(heard), assets_in(old), strict=False))
    for name in set(assets_in(new)):
        new = new.replace(name, pictures.get(name, name))
    formulas = dict(zip(formulas_in(heard), formulas_in(old), strict=False))
    return _FORMULA.sub(lambda found: _typed(found, formulas), new)


def _typed(found: re.Match[str], formulas: dict[str, str]) -> str:
    """A formula that was not edited, as its author typed it."""
    tex = found[2].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    tex = formulas.get(tex.replace("&amp;", "&"), "")
    if not tex:
        return found[0]
    told = tex.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f"{found[1]}{told.replace('>', '&gt;')}{found[3]}"


def _interaction(old: dict[str, Any], new: dict[str, Any], heard: dict[str, Any]) -> dict[str, Any]:
    if old["type"] != new["type"]:
        return new
    for parts in ("options", "statements"):
        _parts(old.get(parts, ()), new.get(parts, ()), heard.get(parts, ()))
    for name in (
        "hint",
        "max_chars",
        "charset",
        "tolerance",
        "shares",
        "min_words",
        "max_words",
        "least",
        "most",
    ):
        if name in old:
            new[name] = old[name]
    for name in ("shuffle", "model_answer", "rubric", "keys"):
        if name in old and new.get(name) == heard.get(name):
            new[name] = old[name]
    if not new.get("rubric") and old.get("rubric"):
        new["rubric"] = old["rubric"]
    return new


def _parts(old: Any, new: Any, heard: Any) -> None:
    """Bodies by letter; a rationale stays with its letter while the option is there."""
    before, echo = {p["id"]: p for p in old}, {p["id"]: p for p in heard}
    for part in new:
        own = before.get(part["id"])
        if own is not None:
            spoken = echo.get(part["id"], own)["body"]
            part["body"] = _field(own["body"], part["body"], spoken)
            part["rationale"] = part["rationale"] or own["rationale"]
