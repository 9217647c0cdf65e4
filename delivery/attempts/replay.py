"""From what happened to what counts. Pure: events in, effective responses out.

The effective response to an item is that of the highest (epoch, seq). Order of arrival plays no
part, so a retry, a second device and a rescue from a memory stick all come to the same.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

ANSWER = "answer"
FLAG = "flag"
KINDS = frozenset({ANSWER, FLAG})


class Event(Protocol):
    """The part of a response event that replay reads."""

    @property
    def epoch(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def form_item_id(self) -> uuid.UUID: ...
    @property
    def value(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Record:
    """Where one item stands: `value` None is no response."""

    value: Any = None
    flagged: bool = False


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def value_bytes(value: Any) -> bytes:
    """Canonical JSON of a response: the same response is always the same bytes."""
    return _canonical(value).encode()


def newest(events: Iterable[Event]) -> dict[tuple[uuid.UUID, str], Event]:
    """The event with the highest (epoch, seq) for each item and kind."""
    found: dict[tuple[uuid.UUID, str], Event] = {}
    for event in events:
        key = (event.form_item_id, event.kind)
        held = found.get(key)
        if held is None or (event.epoch, event.seq) > (held.epoch, held.seq):
            found[key] = event
    return found


def replay(events: Iterable[Event]) -> dict[uuid.UUID, Record]:
    """Every item that was touched, with its effective response and its flag."""
    records: dict[uuid.UUID, Record] = {}
    for (item, kind), event in newest(events).items():
        held = records.get(item, Record())
        given = json.loads(event.value)
        records[item] = (
            Record(given, held.flagged) if kind == ANSWER else Record(held.value, bool(given))
        )
    return records
