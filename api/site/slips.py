"""Slips of a package's invigilators: printed, handed over, needed at the box."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from delivery.packages.build import StaffSlip


def slips_csv(slips: Sequence[StaffSlip]) -> str:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["Họ và tên", "Tên đăng nhập", "Mật khẩu"])
    lines.writerows([_plain(slip.full_name), slip.username, slip.password] for slip in slips)
    return out.getvalue()


def _plain(text: str) -> str:
    """A name that a spreadsheet would read as a formula stays a name."""
    return "'" + text if text[:1] in "=+-@\t\r" else text
