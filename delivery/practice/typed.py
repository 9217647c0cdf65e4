"""What a pupil sent with a plain form, as the response the scoring rules know. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from itembank.errors import Invalid
from itembank.items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.interactions import Cloze, Match, MultipleChoice, Order
from itembank.scoring.rules import UnfitResponse, check_value

Sent = Mapping[str, Sequence[str]]
RIGHT, WRONG = "D", "S"
LONGEST = 60_000


def response_of(content: ItemContent, sent: Sent) -> Any:
    """The response; None where nothing was given.

    Raises Invalid where no control of the page could have sent this.
    """
    value = _value(content, sent)
    try:
        check_value(content, value)
    except UnfitResponse as error:
        raise Invalid("Câu trả lời không đúng dạng. Tải lại trang rồi trả lời lại.") from error
    return value


def _value(content: ItemContent, sent: Sent) -> Any:
    one = next(iter(sent.get("a", ())), "").strip()[:LONGEST]
    match content.interaction:
        case Choice() | ShortAnswer():
            return one or None
        case MultipleChoice():
            return list(sent.get("a", ())) or None
        case Essay():
            return {"text": one} if one else None
        case TrueFalseCluster(statements=statements):
            said = {s.id: _first(sent, s.id) for s in statements}
            return {k: v == RIGHT for k, v in said.items() if v in (RIGHT, WRONG)} or None
        case Cloze(gaps=gaps):
            return {g.id: v for g in gaps if (v := _first(sent, g.id))} or None
        case Match(rows=rows):
            return [f"{r.id} {v}" for r in rows for v in sent.get(f"a.{r.id}", ()) if v] or None
        case Order(options=options):
            return _ordered([_first(sent, str(n)) for n in range(1, len(options) + 1)])
    raise Invalid("Dạng câu này chưa làm được ở bài luyện tập.")


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(f"a.{name}", ())), "").strip()[:400]


def _ordered(places: Sequence[str]) -> list[str] | None:
    """An order counts once every place has its own option."""
    if not any(places):
        return None
    if not all(places) or len(set(places)) < len(places):
        raise Invalid("Chọn đủ các vị trí, mỗi mục một lần.", code="order_incomplete")
    return list(places)


def packed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpacked(value: bytes) -> Any:
    return json.loads(value)
