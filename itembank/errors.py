"""What can be wrong, in the field's words. The web layer decides on statuses.

A message is a Vietnamese template with named parameters; the template itself is the key under
which a translation is looked up, so no message exists in one language only by accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a person: `template` in Vietnamese with `{names}`, and their values."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.params)


def msg(template: str, **params: Any) -> Message:
    return Message(template, params)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it is (a field, a cell, a line) and what to do about it."""

    where: Message
    what: Message


def problem(where: str | Message, what: str | Message) -> Problem:
    return Problem(
        where if isinstance(where, Message) else Message(where),
        what if isinstance(what, Message) else Message(what),
    )


class KhaothiError(Exception):
    """Base of every refusal. `code` is stable and machine-readable."""

    default_code = "error"

    def __init__(
        self, message: str | Message, *, code: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        self.code = code or self.default_code
        self.problems = tuple(problems)
        super().__init__(str(self.message))


class NotFound(KhaothiError):
    default_code = "not_found"


class Refused(KhaothiError):
    """The actor may not do this; the message says why."""

    default_code = "refused"


class Invalid(KhaothiError):
    """The input cannot be taken as it is; the problems say where and what to do."""

    default_code = "invalid"


class Conflict(KhaothiError):
    """The state has moved on: a stale draft, a closed round, a second device."""

    default_code = "conflict"


class TooLarge(KhaothiError):
    default_code = "too_large"
