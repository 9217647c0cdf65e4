"""Files of responses, written the way schools write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

TIMSS = Path(__file__).parents[3] / "shared" / "reference" / "irt" / "timssAusTwn"


def make_csv(header: Sequence[str], *rows: Sequence[object], separator: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
