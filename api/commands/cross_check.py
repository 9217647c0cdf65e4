"""`khaothi cross-check`: the same responses calibrated with girth, and the differences."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psychometrics import NotBuilt, ResponseMatrix

from ..calibration_messages import explain_caution
from .response_options import add_response_options, read, refusing, write_whole

if TYPE_CHECKING:  # girth is loaded only when it is asked for its opinion
    from psychometrics.second_opinion import ItemComparison, SecondOpinion

DESCRIPTION = """\
Calibrate the same responses with this program and with girth, an independent one, and show the
differences item by item. D = 1, abilities N(0,1), no priors, in both.

  1pl   one common slope
  2pl   slope and difficulty
  gpcm  slope and steps; two categories: 2pl
  grm   slope and thresholds; two categories: 2pl

Exit status 0 whether or not the two agree, 2 where the data or the model cannot be checked.
"""
SECONDS_A_SIGN = 10
STAGES = {
    "first_program": "Đang hiệu chuẩn bằng khaothi",
    "second_program": "Đang hiệu chuẩn bằng girth (có thể lâu hơn nhiều lần)",
    "comparison": "Đang so sánh",
}


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "cross-check",
        help="compare a calibration with that of an independent program",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_response_options(made)
    made.add_argument("--model", default="2pl", help="1pl, 2pl, gpcm or grm, for all items [2pl]")
    made.add_argument(
        "--tolerance",
        type=float,
        default=0.1,
        help="largest difference of a slope or difficulty, in logits, that is agreement [0.1]",
    )
    made.add_argument("--output", metavar="COMPARISON.json", help="write the comparison here")
    made.add_argument("--json", action="store_true", help="print the comparison as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return refusing(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    with _signs_of_life() as say:
        opinion = _cross_check(read(args), args.model, args.tolerance, say)
    if args.output:
        write_whole(args.output, opinion.to_json())
    print(opinion.to_json() if args.json else report(opinion), end="" if args.json else "\n")
    for caution in opinion.cautions:
        print(f"khaothi: Lưu ý: {explain_caution(caution)}", file=sys.stderr)
    return 0


def _cross_check(
    responses: ResponseMatrix, model: str, tolerance: float, say: Callable[[str], None]
) -> SecondOpinion:
    try:
        from psychometrics.second_opinion import cross_check
    except ImportError as error:
        raise NotBuilt(
            "second_opinion_needs_girth", "A second opinion needs the package girth; install it."
        ) from error
    return cross_check(responses, model, tolerance=tolerance, progress=say)


@contextmanager
def _signs_of_life() -> Iterator[Callable[[str], None]]:
    """Say each stage on stderr and, where one takes long, that it goes on."""
    finished, current = threading.Event(), ["Đang đọc dữ liệu"]

    def begin(stage: str) -> None:
        current[0] = STAGES[stage]
        print(f"{current[0]}…", file=sys.stderr)

    def watch() -> None:
        waited = 0
        while not finished.wait(SECONDS_A_SIGN):
            waited += SECONDS_A_SIGN
            print(f"{current[0]}: đã {waited} giây…", file=sys.stderr)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield begin
    finally:
        finished.set()
        watcher.join()


def report(opinion: SecondOpinion) -> str:
    """The comparison in words and a table."""
    return "\n".join([*_summary(opinion), "", *_table(opinion)])


def _summary(opinion: SecondOpinion) -> list[str]:
    ours = opinion.calibration
    return [
        f"Mô hình {opinion.model}: {ours.n_persons} thí sinh, {ours.n_items} câu; "
        f"khaothi {ours.version} ({opinion.seconds:.1f} giây) và "
        f"{opinion.second_program} ({opinion.second_seconds:.1f} giây).",
        _verdict(opinion),
        f"Chênh lệch lớn nhất: độ phân biệt {opinion.largest_slope_difference:.4f}, "
        f"độ khó {opinion.largest_difficulty_difference:.4f}; "
        f"mọi độ khó lệch chung {opinion.common_shift:+.4f}.",
        f"Log-likelihood: khaothi {ours.log_likelihood:.4f}, tại tham số của girth "
        f"{opinion.second_log_likelihood:.4f}; số cao hơn gần cực đại hơn.",
    ]


def _verdict(opinion: SecondOpinion) -> str:
    if opinion.agrees:
        return f"KHỚP: mọi tham số chênh không quá {opinion.tolerance:g} logit."
    n = len(opinion.disagreements)
    named = ", ".join(item.item for item in opinion.disagreements[:10])
    more = ", …" if n > 10 else ""
    return f"CHƯA KHỚP: {n} câu chênh quá {opinion.tolerance:g} logit ({named}{more})."


def _table(opinion: SecondOpinion) -> list[str]:
    width = max(len("câu"), *(len(item.item) for item in opinion.items))
    head = f"{'câu':<{width}}  tham số   khaothi     girth     chênh"
    rows = [row for item in opinion.items for row in _rows(item, width, opinion.tolerance)]
    return [head, *rows]


def _rows(compared: ItemComparison, width: int, tolerance: float) -> list[str]:
    first, second = compared.first, compared.second
    n = len(first.difficulties)
    names = ["a", *(["b"] if n == 1 else [f"b{k}" for k in range(1, n + 1)])]
    firsts, seconds = (first.a, *first.difficulties), (second.a, *second.difficulties)
    labels = [compared.item, *[""] * n]
    return [
        f"{label:<{width}}  {name:<7}  {ours:8.4f}  {theirs:8.4f}  {theirs - ours:+8.4f}"
        f"{'  *' if abs(theirs - ours) > tolerance else ''}"
        for label, name, ours, theirs in zip(labels, names, firsts, seconds, strict=True)
    ]
