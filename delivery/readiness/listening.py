"""Is anything to be heard in this paper?"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from delivery.allocation.repository import places
from delivery.sittings.models import Sitting
from itembank.forms import repository as forms
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.interactions import QtiOpaque


def sitting_has_listening(db: Session, sitting: Sitting) -> bool | None:
    """In any form a candidate of the sitting may get, reserve forms too."""
    items = forms.contents(
        db, [one.version_hash for one in places(db, sitting) if one.version_hash]
    )
    shared = forms.stimuli(db, {one.stimulus for one in items.values() if one.stimulus})
    return is_heard(items.values(), shared.values())


def is_heard(items: Collection[ItemContent], shared: Collection[StimulusContent]) -> bool | None:
    """None: no recording of ours, but an item kept word for word may play one of its own."""
    recordings = [*(one.recording for one in items), *(one.recording for one in shared)]
    if any(one is not None for one in recordings):
        return True
    return None if any(isinstance(one.interaction, QtiOpaque) for one in items) else False
