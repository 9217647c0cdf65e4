"""One place of a form with what scoring needs. Plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from itembank.items.content import ItemContent
from itembank.scoring.rules import RULE_VERSION, ItemScore, Weight
from itembank.scoring.versions import score_by
from itembank.scoring.wider_keys import WiderKey


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """Content with its key, points, the rule that scores it, and what counts beside the key."""

    form_item_id: uuid.UUID
    version_hash: str
    content: ItemContent
    weight: Weight
    rule: str = RULE_VERSION
    wider: WiderKey | None = None
    wider_key_hash: str | None = None

    def score(self, response: Any) -> ItemScore:
        return score_by(self.rule, self.content, response, self.weight, self.wider)
