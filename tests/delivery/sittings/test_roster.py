"""A roster file: what is read, and what is told about each bad one."""

from __future__ import annotations

from datetime import date

import pytest

from delivery.sittings.numbering import fill_numbers
from delivery.sittings.roster import MOST_BYTES, MOST_ROWS, read_date, read_roster
from itembank.errors import Invalid, TooLarge
from tests.factories.sittings import roster_csv

TODAY = date(2026, 11, 23)
GOOD = "03000001,Nguyễn Thị Minh Anh,05/03/2008,THPT Lê Hồng Phong,01,7"


def _told(data: bytes, taken: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_roster(data, today=TODAY, taken=taken)
    assert refused.value.code == "roster_invalid"
    return [(str(p.where), str(p.what)) for p in refused.value.problems]


def test_good_file_is_read_with_or_without_bom_by_comma_semicolon_or_tab() -> None:
    plain = roster_csv(GOOD)
    variants = [
        plain,
        b"\xef\xbb\xbf" + plain,
        plain.replace(b",", b";"),
        plain.replace(b",", b"\t"),
        plain.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ]
    for data in variants:
        (row,) = read_roster(data, today=TODAY)
        assert (row.number, row.full_name) == ("03000001", "Nguyễn Thị Minh Anh")
        assert row.date_of_birth == date(2008, 3, 5)
        assert (row.school, row.room, row.seat, row.line) == ("THPT Lê Hồng Phong", "01", "7", 2)


def test_titles_may_be_written_with_diacritics_in_any_order() -> None:
    data = roster_csv("2008-03-05,Lê Đức,A1", header="Ngày sinh,Họ và tên,SBD")
    (row,) = read_roster(data, today=TODAY)
    assert (row.number, row.full_name, row.date_of_birth) == ("A1", "Lê Đức", date(2008, 3, 5))


def test_names_are_normalised_and_white_space_collapsed() -> None:
    decomposed = "Nguye\u0302\u0303n   Thi\u0323 Hoa"
    (row,) = read_roster(roster_csv(f",{decomposed},05/03/2008,,,"), today=TODAY)
    assert row.full_name == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("text", ["05/03/2008", "5/3/2008", "5-3-2008", "2008-03-05", "05.03.2008"])
def test_dates_as_people_write_them(text: str) -> None:
    assert read_date(text) == date(2008, 3, 5)


@pytest.mark.parametrize("text", ["30/02/2008", "2008", "03/13/2008", "", "hôm nay", "05/03/08"])
def test_wrong_dates_are_told_by_line_and_column(text: str) -> None:
    told = _told(roster_csv(GOOD, f"03000002,Trần Bình,{text},,,"))
    assert [where for where, _ in told] == ["dòng 3, cột ngày sinh"]


def test_birth_in_the_future_is_refused() -> None:
    assert _told(roster_csv("1,Trần Bình,24/11/2026,,,"))[0][0] == "dòng 2, cột ngày sinh"


def test_missing_columns_are_told() -> None:
    assert _told(roster_csv("1,A", header="so_bao_danh,truong")) == [
        ("dòng 1, cột họ tên", "Thiếu cột «ho_ten»; thêm cột này vào dòng tiêu đề."),
        ("dòng 1, cột ngày sinh", "Thiếu cột «ngay_sinh»; thêm cột này vào dòng tiêu đề."),
    ]


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    told = _told(
        roster_csv(
            GOOD,
            "03000002,,05/03/2008,,,",
            "03000001,Trần Bình,31/02/2008,,,",
            "03000001,Lê Chi,05/03/2008,,01,7",
            "0300 005?,Vũ Dũng,05/03/2008,,,",
        )
    )
    assert told == [
        ("dòng 3, cột họ tên", "Ô trống; ghi họ tên thí sinh."),
        (
            "dòng 4, cột ngày sinh",
            "«31/02/2008» không phải ngày sinh hợp lệ; ghi dạng 05/03/2008.",
        ),
        ("dòng 5, cột số báo danh", "Số báo danh 03000001 trùng với dòng 2."),
        ("dòng 5, cột máy", "Máy 7 phòng 01 đã xếp cho dòng 2."),
        ("dòng 6, cột số báo danh", "Số báo danh chỉ gồm chữ số và chữ cái không dấu."),
    ]


def test_number_already_in_the_sitting_is_told() -> None:
    assert _told(roster_csv(GOOD), taken=("03000001",)) == [
        ("dòng 2, cột số báo danh", "Số báo danh 03000001 đã có trong ca thi này.")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        roster_csv(),
        b"PK\x03\x04 not a csv",
        "so_bao_danh,ho_ten,ngay_sinh\n1,Nguyễn,05/03/2008".encode("utf-16"),
        "ho_ten,ngay_sinh\nNguy\xean,05/03/2008".encode("latin-1"),
        b'ho_ten,ngay_sinh\n"' + b"a" * 200_000 + b'",05/03/2008',
    ],
)
def test_files_that_are_not_rosters_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_roster(data, today=TODAY)


def test_size_is_bounded() -> None:
    with pytest.raises(TooLarge):
        read_roster(b"x" * (MOST_BYTES + 1), today=TODAY)
    with pytest.raises(TooLarge):
        read_roster(roster_csv(*[",A,05/03/2008,,,"] * (MOST_ROWS + 1)), today=TODAY)


def test_braces_in_a_cell_are_only_text() -> None:
    assert "{x}" in _told(roster_csv("1,A,{x},,,"))[0][1]


def test_numbers_run_on_from_the_last_of_the_council() -> None:
    taken = {"03000041", "04000099", "03X"}
    assert fill_numbers(["", "03000050", ""], taken, "03") == ["03000051", "03000050", "03000052"]
    assert fill_numbers([""], (), "03") == ["03000001"]
