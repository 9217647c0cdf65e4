"""One piece of advice."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import Message


@dataclass(frozen=True, slots=True)
class Hint:
    """`rule` names the check; with `where` and `about` it says which advice was put aside."""

    rule: str
    where: str
    what: Message
    why: Message
    about: str = ""

    @property
    def key(self) -> str:
        """Changes when what the hint is about changes, so that dismissal does not outlive it."""
        return f"{self.rule} {self.where} {self.about}"
