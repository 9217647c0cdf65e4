"""Papers put together at random from the conventions: any mixture must come in right or flagged.

Faults are planted in some of them; the faultless items around a fault must stay unflagged.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence

import pytest

from itembank.exchange.found import FoundItem
from itembank.exchange.word import import_word

from .corpus import render as v
from .corpus.pool import CHOICES, CLUSTERS, ENGLISH, SHORTS, Choice
from .corpus.writer import Paper, R

LABELS = (
    "Câu {n}. ",
    "Câu {n}: ",
    "Câu {n}) ",
    "CÂU {n}. ",
    "Câu hỏi {n}. ",
    "Câu {n} ",
    "Câu {n}.",
)
PART_NAMES = (
    ("PHẦN I. ", "PHẦN II. ", "PHẦN III. "),
    ("Phần 1: ", "Phần 2: ", "Phần 3: "),
    ("I. ", "II. ", "III. "),
)
PART_TITLES = (
    "TRẮC NGHIỆM NHIỀU PHƯƠNG ÁN LỰA CHỌN",
    "TRẮC NGHIỆM ĐÚNG SAI",
    "TRẮC NGHIỆM TRẢ LỜI NGẮN",
)
LAYOUTS = (v.in_lines, v.in_two_lines, v.in_columns, v.in_table)
USUAL = (v.plain, v.bold_label)
MARKS = (
    v.underlined,
    v.underlined_dot,
    v.red,
    v.red_label,
    v.bold,
    v.starred,
    v.hashed,
    v.highlighted,
)
SEEDS = range(60)
Expected = list[tuple[int, str, object, tuple[str, ...], bool]]


def _paper(seed: int) -> tuple[bytes, Expected]:
    rng = random.Random(seed)
    paper, expected = Paper("mixture", ""), []
    where = rng.choice(("marks", "lines", "zone", "solutions"))
    label, names = rng.choice(LABELS), rng.choice(PART_NAMES)
    if rng.random() < 0.5:
        v.head(paper)
    pool = rng.sample(CHOICES + ENGLISH, 6)
    fault = (
        rng.choice((None, None, "no key", "two keys", "no option")) if where == "marks" else None
    )
    zone: list[Callable[[], None]] = []
    paper.p(R(names[0] + PART_TITLES[0], b=True))
    expected += _choices(paper, rng, pool, label, where, fault, zone)
    if rng.random() < 0.7:
        paper.p(R(names[1] + PART_TITLES[1], b=True))
        zone.append(lambda: paper.p(R(names[1].strip(" .:"), b=True)))
        expected += _clusters(paper, rng, label, where, zone)
    if rng.random() < 0.7:
        paper.p(R(names[2] + PART_TITLES[2], b=True))
        zone.append(lambda: paper.p(R(names[2].strip(" .:"), b=True)))
        expected += _shorts(paper, rng, label, where, zone)
    if rng.random() < 0.7 or where == "zone":
        paper.p(rng.choice(("----- HẾT -----", "HẾT", "- Hết -")), centred=True)
    if where == "zone":
        paper.p(R(rng.choice(("ĐÁP ÁN", "BẢNG ĐÁP ÁN", "Đáp án")), b=True), centred=True)
        paper.p(R(f"{names[0].strip(' .:')}", b=True))
        for write in zone:
            write()
    out = io.BytesIO()
    paper.doc.save(out)
    return out.getvalue(), expected


def _choices(
    paper: Paper, rng: random.Random, pool: Sequence[Choice], label: str, where: str,
    fault: str | None, zone: list[Callable[[], None]],
) -> Expected:  # fmt: skip
    layout, mark = rng.choice(LAYOUTS), rng.choice(MARKS)
    usual = v.plain if mark is v.bold else rng.choice(USUAL)
    faulty = rng.randrange(1, len(pool) + 1) if fault else 0
    found: Expected = []
    for number, item in enumerate(pool, start=1):
        keys = item.key if where == "marks" else ""
        if number == faulty and fault in ("no key", "two keys"):
            keys = "" if fault == "no key" else "".join(sorted({item.key, "ABCD"[item.key == "A"]}))
        options = v.lettered(item, usual, mark, keys=keys)
        shown = item.options
        if number == faulty and fault == "no option":
            gone = next(i for i in (1, 2) if "ABCD"[i] != item.key)
            options = [o for i, o in enumerate(options) if i != gone]
            shown = tuple(o for i, o in enumerate(shown) if i != gone)
        paper.p(R(label.format(n=number), b=True), item.stem)
        (v.in_lines if number == faulty else layout)(paper, options)
        if where == "lines":
            paper.p(f"Đáp án: {item.key}")
        elif where == "solutions":
            paper.p(R("Lời giải", b=True))
            paper.p(f"Chọn {item.key}.")
        key = None if number == faulty and fault != "no option" else item.key
        found.append((number, "choice", key, shown, number == faulty))
    table = [[str(n) for n in range(1, len(pool) + 1)], [item.key for item in pool]]
    listed = "  ".join(f"{n}.{item.key}" for n, item in enumerate(pool, start=1))
    zone.append(rng.choice((lambda: paper.table(table), lambda: paper.p(listed))))
    return found


def _clusters(
    paper: Paper, rng: random.Random, label: str, where: str, zone: list[Callable[[], None]]
) -> Expected:
    items = rng.sample(CLUSTERS, 2)

    def after(p: Paper, number: int, item: object) -> None:
        key = items[number - 1].key
        if where == "lines":
            p.p("Đáp án: " + key)
        elif where == "solutions":
            p.p("Lời giải")
            for letter, truth in zip("abcd", key, strict=True):
                p.p(f"{letter}) {'Đúng' if truth == 'Đ' else 'Sai'}. Theo đề bài.")

    v.clusters(
        paper, items, key=v.underlined if where == "marks" else None, after=after, label=label
    )
    zone.append(lambda: paper.table([["Câu", "1", "2"], ["Đáp án", *(i.key for i in items)]]))
    return [(n, "tf_cluster", i.key, i.statements, False) for n, i in enumerate(items, start=1)]


def _shorts(
    paper: Paper, rng: random.Random, label: str, where: str, zone: list[Callable[[], None]]
) -> Expected:
    items = rng.sample(SHORTS, 3)
    line = (
        None if where == "zone" else rng.choice(("Đáp án: {key}", "Trả lời: {key}", "<key={key}>"))
    )
    v.shorts(paper, items, line=line, label=label)

    def listed() -> None:
        for n, item in enumerate(items, start=1):
            paper.p(f"Câu {n}: {item.key}")

    zone.append(listed)
    return [(n, "short", i.key, (), False) for n, i in enumerate(items, start=1)]


def _outcome(item: FoundItem) -> tuple[int, str, object, tuple[str, ...]]:
    return item.number, item.kind, item.key, item.options


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_mixture(seed: int) -> None:
    raw, expected = _paper(seed)
    items = import_word(raw).items
    assert [item.number for item in items] == [e[0] for e in expected]
    for item, (number, kind, key, options, is_faulty) in zip(items, expected, strict=True):
        told = [str(found.what) for found in item.problems]
        assert _outcome(item) == (number, kind, key, options), told
        assert bool(item.problems) is is_faulty, (number, told)
