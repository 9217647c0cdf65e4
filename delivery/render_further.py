"""Interactions beyond the official papers' four as a player will receive them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from itembank.items.candidate_view import (
    SeenAsked,
    SeenAssociate,
    SeenCloze,
    SeenComposite,
    SeenEntry,
    SeenGap,
    SeenGapMatch,
    SeenHotspot,
    SeenHottext,
    SeenMatch,
    SeenMultiple,
    SeenOpaque,
    SeenOrder,
    SeenPart,
    SeenPicture,
    SeenPiece,
    SeenPlace,
    SeenSlider,
    SeenText,
    SeenUpload,
)
from itembank.items.rendering import render

SeenFurther = (
    SeenMultiple
    | SeenCloze
    | SeenMatch
    | SeenOrder
    | SeenHotspot
    | SeenGapMatch
    | SeenHottext
    | SeenComposite
    | SeenOpaque
)
AssetUrl = Callable[[str], str]


def further_interaction(seen: SeenFurther, asset_url: AssetUrl) -> dict[str, Any]:
    """The fields of one interaction as plain data, content rendered."""
    match seen:
        case SeenMultiple():
            return {
                "options": _parts(seen.options, asset_url),
                "least": seen.least,
                "most": seen.most,
            }
        case SeenCloze():
            return {"gaps": [_gap(gap, asset_url) for gap in seen.gaps]}
        case SeenMatch():
            rows, columns = (_pieces(side, asset_url) for side in (seen.rows, seen.columns))
            return {"rows": rows, "columns": columns, "most": seen.most}
        case SeenOrder():
            return {"options": _parts(seen.options, asset_url)}
        case SeenGapMatch():
            pieces, text = _pieces(seen.pieces, asset_url), render(seen.text, asset_url)
            return {"pieces": pieces, "text": text, "gaps": list(seen.gaps)}
        case SeenComposite():
            return {"places": [_place(place, asset_url) for place in seen.places]}
        case SeenOpaque():
            return {"body": render(seen.body, asset_url), "interactions": list(seen.interactions)}
        case _:
            return _picked(seen, asset_url)


def _place(place: SeenPlace, asset_url: AssetUrl) -> dict[str, Any]:
    asked = _asked(place.asks, asset_url)
    return {"id": place.id, "asks": {"kind": place.asks.kind, **asked}}


def _asked(asks: SeenAsked, asset_url: AssetUrl) -> dict[str, Any]:
    match asks:
        case SeenEntry():
            return {"options": _parts(asks.options, asset_url), "length": asks.length}
        case SeenSlider() | SeenText() | SeenUpload():
            return asks.model_dump(mode="json", exclude={"kind"})
        case SeenAssociate():
            return {"choices": _pieces(asks.choices, asset_url), "most": asks.most}
        case SeenPicture():
            return {
                "picture": render(asks.picture, asset_url),
                "marker": render(asks.marker, asset_url),
                "width": asks.width,
                "height": asks.height,
                "areas": [area.model_dump(mode="json") for area in asks.areas],
                "pieces": _pieces(asks.pieces, asset_url),
                "most": asks.most,
            }
        case _:
            return further_interaction(asks, asset_url)


def _picked(seen: SeenHotspot | SeenHottext, asset_url: AssetUrl) -> dict[str, Any]:
    bounds = {"least": seen.least, "most": seen.most}
    if isinstance(seen, SeenHottext):
        return {"text": render(seen.text, asset_url), "words": list(seen.words), **bounds}
    return {
        "picture": render(seen.picture, asset_url),
        "width": seen.width,
        "height": seen.height,
        "areas": [area.model_dump(mode="json") for area in seen.areas],
        **bounds,
    }


def _gap(gap: SeenGap, asset_url: AssetUrl) -> dict[str, Any]:
    return {"id": gap.id, "options": _parts(gap.options, asset_url), "length": gap.length}


def _parts(parts: Sequence[SeenPart], asset_url: AssetUrl) -> list[dict[str, str]]:
    return [{"id": part.id, "body": render(part.body, asset_url)} for part in parts]


def _pieces(parts: Sequence[SeenPiece], asset_url: AssetUrl) -> list[dict[str, Any]]:
    return [{"id": p.id, "body": render(p.body, asset_url), "most": p.most} for p in parts]
