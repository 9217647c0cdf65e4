"""`khaothi calibrate`: item parameters with standard errors from a response file."""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import Any

from psychometrics import (
    Calibration,
    ConvergenceWarning,
    ItemEstimate,
    Progress,
    Quadrature,
    calibrate,
)
from psychometrics.checks import check_priors
from psychometrics.priors import parse_prior

from ..calibration_messages import explain_caution
from .response_options import add_response_options, read, refusing, write_whole

DESCRIPTION = """\
Estimate item parameters by marginal maximum likelihood, with standard errors. D = 1.

  1pl   one common slope, population N(0,1)
  2pl   slope and difficulty, population N(0,1)
  3pl   slope, difficulty, lower asymptote, population N(0,1)
  pcm   slope 1, population mean 0, SD estimated
  gpcm  slope and steps, population N(0,1); two categories: 2pl
  grm   slope and thresholds, population N(0,1); two categories: 2pl
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "calibrate",
        help="estimate item parameters from a response file",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_response_options(made)
    made.add_argument("--model", default="2pl", help="1pl, 2pl, 3pl, pcm, gpcm or grm [2pl]")
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
        help='"g=logitnormal(-1.386294,0.5)", "a=lognormal(0,0.5)" or "b=normal(0,2)" (repeatable)',
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
    check_priors(args.model, priors)  # before a long file is read
    responses = read(args, reference_group=args.reference_group)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said as a caution instead
        return calibrate(
            responses,
            args.model,
            quadrature=_quadrature(args.nodes, args.range),
            priors=priors,
            progress=_report if args.progress else None,
        )


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
    errors = item.se.steps if item.steps is not None else item.se.b
    listed = errors if isinstance(errors, tuple) else (errors,)
    steps = "  ".join(
        _with_error(value, error) for value, error in zip(item.difficulties, listed, strict=False)
    )
    tail = "" if item.c is None else f"  c = {_with_error(item.c, item.se.c)}"
    return f"{item.item:<{width}}  {_with_error(item.a, item.se.a):<17}  {steps}{tail}"


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.4f}" if error is None else f"{value:.4f} ({error:.4f})"
