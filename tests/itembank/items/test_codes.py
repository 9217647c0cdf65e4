"""Codes are numbered on and on within their prefix; a longer prefix has numbers of its own."""

from __future__ import annotations

import pytest

from itembank.items import repository
from itembank.items.models import Item


@pytest.mark.parametrize(
    ("codes", "highest"),
    [
        ([], 0),
        (["T12-UD-0001", "T12-UD-0418"], 418),
        (["T12-UD-9999", "T12-UD-10000", "T12-UD-10001"], 10001),
        (["T12-UD-0007", "T12-UD-00A9", "T12-UD-XXXX"], 7),
        (["T12-UD-0002", "T12-UDX-0007", "T12-UD-B-0009"], 2),
        (["T12-UD-9999", "T12-UD-10000", "T12-UD5-0009"], 10000),
    ],
)
def test_the_highest_number_of_a_prefix(db, now, codes, highest) -> None:
    for code in codes:
        db.add(Item(code=code, kind="external", subject="toan", state="external", created_at=now))
    db.flush()
    assert repository.highest_number(db, "T12-UD") == highest
