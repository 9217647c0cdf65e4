"""The slips candidates get, as a file for an office. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from delivery.spreadsheets import safe

from .service import IssuedCode

HEAD = ("so_bao_danh", "ho_ten", "ngay_sinh", "truong", "phong", "may", "ma_du_thi")


def slips_csv(issued: Sequence[IssuedCode]) -> bytes:
    """One line per slip, the code in the clear: made once, kept by nobody but its reader."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for one in issued:
        who = one.candidate
        born = who.date_of_birth.strftime("%d/%m/%Y")
        cells = (who.number, who.full_name, born, who.school, who.room, who.seat, one.code)
        writer.writerow([safe(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
