"""Files damaged at random: read or refused, never a crash; what was read leaves and comes back."""

from __future__ import annotations

import copy
import random
import time
from pathlib import Path

from lxml import etree

from itembank.errors import KhaothiError
from itembank.exchange.qti import from_qti, import_qti, to_qti
from itembank.items.content import ItemContent
from tests.itembank.qti.composite_shapes import SHAPES
from tests.itembank.qti.test_round_trip import RECORD, STANDARD

CASES = Path(__file__).parent / "cases"
VALUES = ("", "x", "-1", "999999999999", "1e400", "NaN", "a b", "é", "{X}", "true", "9" * 500)
TRIES = 400


def sources() -> list[bytes]:
    stem = '<p>a <span data-gap="G1"></span> <span data-gap="G2"></span></p>'
    ours = [
        to_qti(ItemContent(kind=p.type, subject="t", grade=1, stem=stem, interaction=p))
        for p in STANDARD.values()
    ]
    return [
        *ours,
        *(RECORD.sub(b"", raw) for raw in ours),
        *(path.read_bytes() for path in sorted(CASES.rglob("item.xml"))),
        *SHAPES.values(),
    ]


def damaged(raw: bytes, rng: random.Random) -> bytes:
    root = etree.fromstring(raw)
    for _ in range(rng.randint(1, 3)):
        elements = [e for e in root.iter() if isinstance(e.tag, str)]
        _damage(rng.choice(elements), elements, rng)
    return etree.tostring(root)


def _damage(element: etree._Element, others: list[etree._Element], rng: random.Random) -> None:
    parent, names = element.getparent(), list(element.attrib)
    match rng.randint(0, 5):
        case 0 if names:
            del element.attrib[rng.choice(names)]
        case 1 if names:
            element.set(rng.choice(names), rng.choice(VALUES))
        case 2 if parent is not None:
            parent.remove(element)
        case 3:
            element.text = rng.choice(VALUES)
        case 4:
            element.append(copy.deepcopy(rng.choice(others)))
        case _:
            element.tag = rng.choice(others).tag


def test_damaged_files_never_crash_the_import() -> None:
    rng, start = random.Random(20261122), sources()
    began = time.process_time()
    for _ in range(TRIES):
        raw = damaged(rng.choice(start), rng)
        try:
            report = import_qti(raw)
        except KhaothiError:
            continue
        for found in report.items:
            assert found.content is not None
            assert from_qti(to_qti(found.content)) == found.content
    assert time.process_time() - began < 60
