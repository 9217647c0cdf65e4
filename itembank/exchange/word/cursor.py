"""The lines of a paper with a look ahead: what a heading means often shows only below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .classify import Token
from .labels import starts_with_option
from .patterns import PAIR, RANGE_OF_KEYS

LOOK_AHEAD = 400


class Cursor:
    """Stands on one token; `at` is moved by the segmenter alone."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def _ahead(self, most: int = LOOK_AHEAD) -> Iterator[Token]:
        return iter(self.tokens[self.at + 1 : self.at + 1 + most])

    def next_question(self) -> Token | None:
        """The next line that labels a question."""
        return next((token for token in self._ahead() if _is_question(token)), None)

    def next_question_or_part(self) -> Token | None:
        return next((t for t in self._ahead() if _is_question(t) or t.sort == "part"), None)

    def next_letter(self) -> str:
        """The option that the next line begins with, or ''."""
        following = next(self._ahead(1), None)
        return starts_with_option(following.line.text) if following else ""

    def options_follow(self) -> bool:
        """Whether options begin before the next question does."""
        for token in self._ahead():
            if token.sort not in ("text", "table", "noise", "numeral"):
                return False
            if starts_with_option(token.line.text) == "A":
                return True
        return False

    def pairs_follow(self) -> bool:
        """Whether an answer key stands just below."""
        return any(
            token.line.role == "answers" or len(pairs_on(token.line.text)) >= 2
            for token in self._ahead(5)
        )


def _is_question(token: Token) -> bool:
    return token.sort == "question" and token.name != "lesson"


def pairs_on(text: str) -> list[tuple[int, str]]:
    """«1.A 2.B 3.C», «1-3: A B C»: the entries, where the line holds nothing else."""
    if several := RANGE_OF_KEYS.fullmatch(text):
        first, last = int(several["first"]), int(several["last"])
        letters = [char for char in several["letters"].upper() if char.isalpha()]
        return list(enumerate(letters, first)) if len(letters) == last - first + 1 else []
    found = list(PAIR.finditer(text))
    inked = [char for char in PAIR.sub("", text) if char.isalnum()]
    if not found or len(inked) > 2 or (len(found) == 1 and inked):
        return []
    return [(int(match["number"]), match["value"]) for match in found]
