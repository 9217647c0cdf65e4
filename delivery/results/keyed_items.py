"""One place of a form with what scoring needs. Plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from itembank.items.content import ItemContent
from itembank.scoring.rules import RULE_VERSION, Weight


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """Content with its key, points, and the rule that scores it."""

    form_item_id: uuid.UUID
    version_hash: str
    content: ItemContent
    weight: Weight
    rule: str = RULE_VERSION
