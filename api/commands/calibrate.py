"""`khaothi calibrate`: item parameters with standard errors from a response file."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from psychometrics import (
    Calibration,
    ConvergenceWarning,
    ItemEstimate,
    Progress,
    Quadrature,
    calibrate,
)
from psychometrics.estimation.checks import check_priors
from psychometrics.estimation.constraints import EVERY, parse_constraint
from psychometrics.estimation.invariance import SEPARATOR
from psychometrics.priors import parse_prior

from ..calibration_messages import explain_caution
from .response_options import (
    add_response_options,
    read,
    refusing,
    words_for_items,
    write_whole,
)

DESCRIPTION = """\
Estimate item parameters by marginal maximum likelihood, with standard errors. D = 1.

  1pl   one common slope, population N(0,1)
  2pl   slope and difficulty, population N(0,1)
  3pl   slope, difficulty, lower asymptote, population N(0,1)
  4pl   slope, difficulty, lower and upper asymptote, population N(0,1)
  pcm   slope 1, population mean 0, SD estimated
  rsm   pcm whose items share their steps but for a location of their own
  gpcm  slope and steps, population N(0,1); two categories: 2pl
  grm   slope and thresholds, population N(0,1); two categories: 2pl
  nominal  slope and intercept a category, population N(0,1); two categories: 2pl

With --anchors the anchored items keep their parameters and the population is estimated.
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "calibrate",
        help="estimate item parameters from a response file",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_response_options(made)
    made.add_argument(
        "--model",
        default="2pl",
        help="1pl, 2pl, 3pl, 4pl, pcm, rsm, gpcm, grm or nominal, for items not in --models [2pl]",
    )
    made.add_argument(
        "--models",
        metavar="FILE.csv",
        help="a model an item: a CSV file with the columns item and model",
    )
    made.add_argument("--output", metavar="RESULT.json", help="write the result here")
    made.add_argument(
        "--nodes",
        type=int,
        help="number of equally spaced quadrature nodes [61; 121 where a population SD is free]",
    )
    made.add_argument(
        "--range",
        type=float,
        help="the nodes span ± this range [6; 12 where a population SD is free]",
    )
    made.add_argument(
        "--prior",
        action="append",
        default=[],
        metavar="PRIOR",
        help='"g=logitnormal(-1.386294,0.5)", "a=lognormal(0,0.5)", "b[I1,I2]=normal(0,2)" (repeatable)',
    )
    made.add_argument(
        "--constraint",
        action="append",
        default=[],
        metavar="CONSTRAINT",
        help='"a[I1]=a[I2]", "c[*]" (one for all) or "b[I1]=0.5" (repeatable)',
    )
    made.add_argument(
        "--anchors",
        metavar="RESULT.json",
        help="an earlier result; items in both keep its parameters",
    )
    made.add_argument(
        "--free-item",
        action="append",
        default=[],
        metavar="ITEM[@GROUP]",
        help="item with parameters of its own in each group, or in this group (repeatable)",
    )
    made.add_argument(
        "--density",
        choices=("normal", "histogram"),
        default="normal",
        help="family of the ability distribution [normal]",
    )
    made.add_argument(
        "--reference-group",
        metavar="GROUP",
        help="group that fixes the scale [the first in alphabetical order]",
    )
    made.add_argument("--progress", action="store_true", help="report every cycle on stderr")
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return refusing(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    result = _calibrate(args)
    if args.output:
        write_whole(args.output, result.to_json())
    print(result.to_json() if args.json else _summary(result), end="" if args.json else "\n")
    for caution in result.cautions:
        print(f"khaothi: Lưu ý: {explain_caution(caution)}", file=sys.stderr)
    return 0


def _calibrate(args: argparse.Namespace) -> Calibration:
    priors = [parse_prior(text) for text in args.prior]
    constraints = [parse_constraint(text) for text in args.constraint]
    models = words_for_items(args.models, "model", refusal="bad_models_file")
    chosen = {EVERY: args.model} | models
    check_priors(list(chosen.values()), priors)  # before a long file is read
    anchors = Calibration.from_json(args.anchors) if args.anchors else None
    responses = read(args, reference_group=args.reference_group)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said as a caution instead
        return calibrate(
            responses,
            chosen if args.models else args.model,
            quadrature=_quadrature(args.nodes, args.range),
            priors=priors,
            constraints=constraints,
            anchors=anchors,
            free_across_groups=[_item_and_group(text) for text in args.free_item],
            density=args.density,
            progress=_report if args.progress else None,
        )


def _item_and_group(text: str) -> str | tuple[str, str]:
    item, separator, group = text.rpartition(SEPARATOR)
    return (item, group) if separator else text


def _quadrature(nodes: int | None, limit: float | None) -> Quadrature | None:
    if nodes is None and limit is None:
        return None
    standard = Quadrature()
    return Quadrature(
        standard.n_nodes if nodes is None else nodes, standard.limit if limit is None else limit
    )


def _report(progress: Progress) -> None:
    print(
        f"vòng {progress.cycle}: log-likelihood {progress.log_likelihood:.4f}, "
        f"chuẩn gradient {progress.gradient_norm:.2e}",
        file=sys.stderr,
    )


def _summary(result: Calibration) -> str:
    state = "đã hội tụ" if result.converged else "CHƯA HỘI TỤ"
    lines = [
        f"Mô hình {result.model}: {result.n_persons} thí sinh, {result.n_items} câu, "
        f"{state} sau {result.cycles} vòng.",
        f"Log-likelihood {result.log_likelihood:.4f}; chuẩn gradient mỗi thí sinh "
        f"{result.gradient_norm:.1e}.",
    ]
    for group in result.groups:
        name = f"Nhóm {group.group}" if result.has_groups else "Năng lực"
        lines.append(f"{name}: trung bình {group.mean:.4f}, độ lệch chuẩn {group.sd:.4f}.")
    return "\n".join([*lines, "", *_table(result)])


def _table(result: Calibration) -> list[str]:
    width = max(len("câu"), *(len(item.item) for item in result.items))
    return [
        f"{'câu':<{width}}  a (sai số)         b hoặc các bước (sai số)",
        *(_row(item, width) for item in result.items),
    ]


def _row(item: ItemEstimate, width: int) -> str:
    start = f"{item.item:<{width}}  {_with_error(item.a, item.se.a):<17}  "
    if item.slopes is not None and item.intercepts is not None:
        slopes = _listed(item.slopes[1:], (item.se.slopes or ())[1:])
        intercepts = _listed(item.intercepts[1:], (item.se.intercepts or ())[1:])
        return f"{start}hệ số góc: {slopes}  hệ số chặn: {intercepts}"
    errors = item.se.steps if item.steps is not None else item.se.b
    steps = _listed(item.difficulties, errors if isinstance(errors, tuple) else (errors,))
    named = [("c", item.c, item.se.c), ("d", item.d, item.se.d)]
    tail = [f"  {name} = {_with_error(v, se)}" for name, v, se in named if v is not None]
    return start + steps + "".join(tail)


def _listed(values: Sequence[float], errors: Sequence[float | None]) -> str:
    pairs = zip_longest(values, errors)
    return "  ".join(_with_error(value, error) for value, error in pairs)


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.4f}" if error is None else f"{value:.4f} ({error:.4f})"
