"""The rules that have ever given a score, by the version a stored score names. Pure.

A rule is never changed once scores exist: a new rule is a new entry here, and the old one stays, so
that any score ever given can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..items.content import ItemContent
from .rules import RULE_VERSION, ItemScore, Weight, answered, score
from .wider_keys import WIDER_KEY, WiderKey, score_wider

Rule = Callable[[ItemContent, Any, Weight], ItemScore]
WideningRule = Callable[[ItemContent, Any, Weight, WiderKey], ItemScore]
FULL_MARKS = "full marks 2026.1"


def full_marks(content: ItemContent, response: Any, weight: Weight) -> ItemScore:
    """Everybody earns the maximum, an omission too: the item was withdrawn after the examination."""
    top = len(weight.table) - 1
    return ItemScore(top, weight.maximum, answered(content, response), FULL_MARKS)


RULES: Mapping[str, Rule] = MappingProxyType({RULE_VERSION: score, FULL_MARKS: full_marks})
WIDENING_RULES: Mapping[str, WideningRule] = MappingProxyType({WIDER_KEY: score_wider})


class UnknownRule(LookupError):
    """A score names a rule this program has never had, or one that needs the wider key it lacks."""


def score_by(
    rule: str, content: ItemContent, response: Any, weight: Weight, wider: WiderKey | None = None
) -> ItemScore:
    """Score by the rule of this name, whatever the newest one is."""
    try:
        if wider is not None:
            return WIDENING_RULES[rule](content, response, weight, wider)
        chosen = RULES[rule]
    except KeyError as error:
        raise UnknownRule(rule) from error
    return chosen(content, response, weight)
