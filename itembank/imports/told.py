"""Problems as stored rows: templates with their values, so that either language can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Message, Problem

_PLAIN = (str, int, float)


def to_rows(problems: Sequence[Problem]) -> list[Any]:
    return [{"where": _row(found.where), "what": _row(found.what)} for found in problems]


def from_rows(rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
    return [Problem(_message(row["where"]), _message(row["what"])) for row in rows]


def _row(message: Message) -> dict[str, Any]:
    return {
        "template": message.template,
        "params": {name: _value(value) for name, value in message.params.items()},
    }


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return _row(value)
    return value if isinstance(value, _PLAIN) else str(value)


def _message(row: Mapping[str, Any]) -> Message:
    params = {
        name: _message(value) if isinstance(value, dict) else value
        for name, value in row["params"].items()
    }
    return Message(row["template"], params)
