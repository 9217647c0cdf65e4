"""`khaothi score`: abilities from a response file and a calibration."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from typing import Any, cast

from psychometrics import AbilityEstimates, Calibration, score
from psychometrics.ability import Method

from .response_options import add_response_options, read, refusing, write_whole


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "score",
        help="estimate abilities from a response file and a calibration",
        description="Estimate every person's ability. Writes person,theta,se; blank where the "
        "method has no finite estimate (extreme scores under ml).",
    )
    add_response_options(made)
    made.add_argument(
        "--calibration", required=True, metavar="RESULT.json", help="what `calibrate` wrote"
    )
    made.add_argument("--method", default="eap", help="eap, map, ml or wle [eap]")
    made.add_argument("--output", metavar="ABILITIES.csv", help="write here instead of printing")
    made.add_argument("--json", action="store_true", help="print JSON instead of CSV")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return refusing(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    calibration = Calibration.from_json(args.calibration)
    estimates = score(read(args), calibration, cast(Method, args.method))
    if args.output:
        write_whole(args.output, _csv(estimates))
    if args.json:
        print(json.dumps(_rows(estimates), ensure_ascii=False))
    elif args.output:
        print(f"Đã ghi năng lực của {len(estimates.persons)} thí sinh vào {args.output}.")
    else:
        print(_csv(estimates), end="")
    _say_what_is_missing(estimates)
    return 0


def _rows(estimates: AbilityEstimates) -> list[dict[str, object]]:
    return [
        {
            "person": str(person),
            "theta": float(theta) if finite else None,
            "se": float(se) if finite else None,
        }
        for person, theta, se, finite in zip(
            estimates.persons, estimates.theta, estimates.se, estimates.is_finite, strict=True
        )
    ]


def _csv(estimates: AbilityEstimates) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ["person", "theta", "se"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(estimates))
    return stream.getvalue()


def _say_what_is_missing(estimates: AbilityEstimates) -> None:
    n_none = int((~estimates.is_finite).sum())
    if n_none:
        print(
            f"khaothi: Lưu ý: {n_none} thí sinh không có ước lượng hữu hạn theo phương pháp "
            f"{estimates.method}; ô để trống.",
            file=sys.stderr,
        )
    n_prior = int(estimates.from_prior_only.sum())
    if n_prior:
        print(
            f"khaothi: Lưu ý: {n_prior} thí sinh không có bài làm; nhận trung bình và độ lệch "
            "chuẩn của nhóm.",
            file=sys.stderr,
        )
