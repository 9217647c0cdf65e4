"""Advice to an author: what makes an item guessable, unclear or hard to read. Never blocks.

Each hint says where it is, what is seen, and why it matters; the author may put any of them aside.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..content import ItemContent, StimulusContent
from .advice import Hint
from .answers import answer_hints
from .options import option_hints
from .readability import reading_hints
from .wording import wording_hints

__all__ = ["Hint", "hints"]


def hints(content: ItemContent, stimulus: StimulusContent | None = None) -> Sequence[Hint]:
    """All advice about a draft, in the order of the page."""
    return [
        *wording_hints(content),
        *reading_hints(content, stimulus),
        *option_hints(content),
        *answer_hints(content),
    ]
