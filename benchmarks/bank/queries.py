"""The 200 searches that are timed: a third with text, selectivity from 0.01 to 100 %.

Written out by rule from one seed, so that the list is the same for ever; `python -m
benchmarks.bank.queries` prints it.
"""

from __future__ import annotations

import random
import sys

from itembank.curriculum import SUBJECTS, topics
from itembank.items.search import Query, Range

N = 200
COMMON = ("ham so", "gia tri", "phuong trinh", "do thi", "tinh", "mot vat", "đồ thị", "xác suất")
RARE = ('"gia tri cua"', "khoi chop", "quan the", "te bao", "v*", "$x^2$", "frac", "nhiet do ap suat",
        '"phan ung nhiet do"', "khoi nghia kinh te dan so")  # fmt: skip


def queries() -> list[Query]:
    rng = random.Random(200)
    return [_query(rng, number) for number in range(N)]


def _query(rng: random.Random, number: int) -> Query:
    chosen: dict[str, tuple[str, ...]] = {}
    subject = rng.choice(list(SUBJECTS))
    if number % 7:
        chosen["subject"] = (subject,)
    if number % 3 == 0 and (named := topics(subject)):
        chosen["topic"] = tuple(t.code for t in rng.sample(named, k=min(2, len(named))))
    if number % 4 == 0:
        chosen["level"] = (rng.choice(("biet", "hieu", "van_dung")),)
    if number % 5 == 0:
        chosen["kind"] = ("choice",)
    if number % 11 == 0:
        chosen["exposure"] = ("0",)
    low = round(rng.uniform(-2, 2), 1)
    ranges = {"difficulty": Range(low, low + 0.2, uncalibrated=False)} if number % 6 == 1 else {}
    text = rng.choice(COMMON if number % 2 else RARE) if number % 3 == 2 else ""
    after = "M" if number % 13 == 0 else ""
    return Query(text=text, with_marks="đ" in text, chosen=chosen, ranges=ranges, after=after)


if __name__ == "__main__":
    for query in queries():
        sys.stdout.write(f"{query}\n")
