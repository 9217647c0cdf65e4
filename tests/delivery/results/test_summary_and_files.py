"""Means, histograms and files of results: laws and hand cases, no database."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.results.files import csv_file, xlsx_file
from delivery.results.summary import PartScore, ResultLine, histogram, spread
from delivery.sittings.models import Candidate
from delivery.spreadsheets import safe

D = Decimal
totals = st.lists(st.one_of(st.none(), st.integers(0, 40).map(lambda n: D(n) / 4)), max_size=60)


def _line(name: str = "Nguyễn Ánh", total: Decimal | None = D("7.25")) -> ResultLine:
    who = Candidate(
        number="03000001",
        full_name=name,
        date_of_birth=date(2008, 3, 5),
        school="THPT A",
        room="01",
    )
    status = "scored" if total is not None else "absent"
    return ResultLine(who, status, 20, (PartScore("I", total),), total)


@given(totals)
def test_histogram_counts_everybody_once(values) -> None:
    bins = histogram(values, D(10))
    assert sum(b.count for b in bins) == sum(v is not None for v in values)
    assert bins[0].low == 0 and bins[-1].high == 10
    assert all(a.high == b.low for a, b in pairwise(bins))


def test_histogram_puts_edges_into_the_upper_bin_and_the_maximum_into_the_last() -> None:
    bins = histogram([D("0.5"), D("0.49"), D(10)], D(10))
    assert (bins[0].count, bins[1].count, bins[-1].count) == (1, 1, 1)


def test_spread_by_hand() -> None:
    found = spread([D(2), D(4), None, D(9)])
    assert (found.n, found.mean) == (3, 5.0)
    assert found.sd == pytest.approx(13**0.5)
    assert spread([D(2)]).sd is None and spread([None]).mean is None


def test_csv_has_a_mark_decimal_points_and_blank_for_unknown() -> None:
    data = csv_file([_line(), _line(total=None)], ["I"])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][0] == "Số báo danh" and rows[0][-2:] == ["Phần I", "Tổng điểm"]
    assert rows[1][0] == "03000001" and rows[1][-1] == "7.25"
    assert rows[2][-1] == ""


@pytest.mark.parametrize("bad", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(bad) -> None:
    assert safe(bad).startswith("'")
    rows = list(csv.reader(io.StringIO(csv_file([_line(bad)], ["I"]).decode("utf-8-sig"))))
    assert rows[1][1] == f"'{bad}"
    sheet = zipfile.ZipFile(io.BytesIO(xlsx_file([_line(bad)], ["I"])))
    assert b"<f>" not in sheet.read("xl/worksheets/sheet1.xml")


def test_xlsx_keeps_numbers_as_numbers() -> None:
    sheet = zipfile.ZipFile(io.BytesIO(xlsx_file([_line()], ["I"]))).read(
        "xl/worksheets/sheet1.xml"
    )
    assert b"<v>7.25</v>" in sheet
