"""Files with planted faults: the faulty item must be flagged, the others must not be."""

from __future__ import annotations

from . import render as v
from .pool import CHOICES, CLUSTERS, SHORTS
from .writer import Paper, R


def _flag(w: Paper, *numbers: int, key: str | None = "same") -> None:
    for expected in w.expected:
        if expected.number in numbers:
            expected.flagged = True
            if key != "same":
                expected.key = key


def missing_key(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    v.choices(w, CHOICES[3:4], first=4, key=v.plain)
    v.choices(w, CHOICES[4:8], first=5)
    _flag(w, 4, key=None)


def two_keys(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    item = CHOICES[3]
    w.p(R("Câu 4. ", b=True), item.stem)
    v.in_lines(w, v.lettered(item, v.plain, v.underlined, keys="AD"))
    w.expect(4, "choice", item.stem, item.options, None, flagged=True)
    v.choices(w, CHOICES[4:6], first=5)


def conflict_with_table(w: Paper) -> None:
    v.choices(w, CHOICES[:6])
    w.p(R("BẢNG ĐÁP ÁN", b=True))
    keys = [c.key for c in CHOICES[:6]]
    keys[2] = "D"
    w.table([[str(n) for n in range(1, 7)], keys])
    _flag(w, 3, key=None)


def conflict_red_against_line(w: Paper) -> None:
    def after(p: Paper, number: int, item) -> None:
        p.p(f"Đáp án: {'A' if number == 2 else item.key}")

    v.choices(w, CHOICES[:5], key=v.red, after=after)
    _flag(w, 2, key=None)


def missing_option(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    item = CHOICES[3]
    w.p(R("Câu 4. ", b=True), item.stem)
    kept = [o for i, o in enumerate(v.lettered(item, v.plain, v.underlined)) if i != 1]
    v.in_lines(w, kept)
    w.expect(4, "choice", item.stem, [item.options[i] for i in (0, 2, 3)], "D", flagged=True)
    v.choices(w, CHOICES[4:6], first=5)


def missing_last_option(w: Paper) -> None:
    v.choices(w, CHOICES[:4])
    item = CHOICES[4]
    w.p(R("Câu 5. ", b=True), item.stem)
    v.in_lines(w, v.lettered(item, v.plain, v.underlined)[:3])
    w.expect(5, "choice", item.stem, item.options[:3], item.key, flagged=True)
    v.choices(w, CHOICES[5:7], first=6)


def repeated_number(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    v.choices(w, CHOICES[3:4], first=3)
    v.choices(w, CHOICES[4:6], first=4)
    _flag(w, 3)


def gap_in_numbers(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    v.choices(w, CHOICES[3:6], first=5)
    _flag(w, 3, 5)


def label_forgotten(w: Paper) -> None:
    """A question without its number runs into the one before."""
    v.choices(w, CHOICES[:2])
    item = CHOICES[2]
    w.p(item.stem)
    v.in_lines(w, v.lettered(item, v.plain, v.underlined))
    v.choices(w, CHOICES[3:6], first=4)
    _flag(w, 2, 4)
    w.expected[1].extra["loose"] = True  # its text holds the other question too


def truth_missing(w: Paper) -> None:
    def after(p: Paper, number: int, item) -> None:
        told = item.key[:3] if number == 2 else item.key
        for index, truth in enumerate(told):
            p.p(f"{chr(97 + index)}) {'Đúng' if truth == 'Đ' else 'Sai'}")

    w.p(R("PHẦN II. Câu trắc nghiệm đúng sai", b=True))
    for number, cluster in enumerate(CLUSTERS[:3], start=1):
        v.clusters(
            w, [cluster], first=number, after=lambda p, n, c: (p.p("Lời giải"), after(p, n, c))
        )
    _flag(w, 2, key=None)


def truths_in_conflict(w: Paper) -> None:
    """Underlined letters against the words of the solution."""

    def after(p: Paper, number: int, item) -> None:
        told = "SSSS" if number == 3 else item.key
        p.p("Đáp án: " + told)

    v.clusters(w, CLUSTERS[:3], key=v.underlined, after=after)
    _flag(w, 3, key=None)


def key_is_no_number(w: Paper) -> None:
    v.official_part(w, 2, 4)
    v.shorts(w, SHORTS[:2])
    v.shorts(w, SHORTS[2:3], first=3, line="Đáp án: ba phẩy năm")
    v.shorts(w, SHORTS[3:4], first=4, line="Đáp án: ........")
    _flag(w, 3, 4, key=None)


def empty_and_equal_options(w: Paper) -> None:
    v.choices(w, CHOICES[:3])
    w.p(R("Câu 4. ", b=True), "Số nào lớn nhất?")
    w.p("A. 5\tB. \t", R("C", u=True), ". 9\tD. 7")
    w.expect(4, "choice", "Số nào lớn nhất?", ("5", "", "9", "7"), "C", flagged=True)
    w.p(R("Câu 5. ", b=True), "Số nào bé nhất?")
    w.p("A. 5\tB. 8\t", R("C", u=True), ". 1\tD. 8")
    w.expect(5, "choice", "Số nào bé nhất?", ("5", "8", "1", "8"), "C", flagged=True)


def key_outside_the_options(w: Paper) -> None:
    def after(p: Paper, number: int, item) -> None:
        p.p(f"Đáp án: {'E' if number == 2 else item.key}")

    v.choices(w, CHOICES[:4], key=v.plain, after=after)
    _flag(w, 2, key=None)


def three_mistakes(w: Paper) -> None:
    """The file of a teacher's walk: no key, two keys, a missing option."""
    v.head(w)
    v.official_part(w, 0, 8)
    for number, item in enumerate(CHOICES[:8], start=1):
        keys = {3: "", 5: "AB"}.get(number, item.key)
        options = v.lettered(item, v.bold_label, v.underlined_bold, keys=keys)
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        v.in_lines(w, options[:3] if number == 7 else options)
        shown = item.options[:3] if number == 7 else item.options
        key = None if number in (3, 5) else item.key
        w.expect(number, "choice", item.stem, shown, key, flagged=number in (3, 5, 7))


FILES = (
    missing_key, two_keys, conflict_with_table, conflict_red_against_line, missing_option,
    missing_last_option, repeated_number, gap_in_numbers, label_forgotten, truth_missing,
    truths_in_conflict, key_is_no_number, empty_and_equal_options, key_outside_the_options,
    three_mistakes,
)  # fmt: skip
