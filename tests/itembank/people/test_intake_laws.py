"""Laws of a plan: what differs, what is left, what a moved ground means; files that are no lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.errors import Invalid, TooLarge
from itembank.people.intake import staff_list, unit_list
from itembank.people.intake.blank_lists import LISTS, blank_csv, blank_xlsx
from itembank.people.intake.rows import Wanted, is_overtaken, once_each, planned_row
from itembank.people.intake.table import MOST_ROWS, read_table

NAMES = ("full_name", "unit", "subjects")
VALUES = st.none() | st.sampled_from(["A", "B", "C"])
STATES = st.fixed_dictionaries({name: VALUES for name in NAMES})
ROLES = st.lists(st.sampled_from(["teacher@A", "teacher@B", "secretary@A@toan"]), unique=True)


def _wanted(fields):
    return Wanted(2, "person", "x", "x", fields)


@given(STATES, ROLES, STATES, ROLES)
def test_doing_what_the_plan_says_leaves_nothing_to_do(asked, roles, standing, held):
    wanted = _wanted({**asked, "roles": roles})
    have = {**standing, "roles": sorted(held)}
    row = planned_row(wanted, have)
    done = {**have, **(row.after or {})}
    assert planned_row(wanted, done).action == "leave"
    assert set(held) <= set(done["roles"])
    for name, value in asked.items():
        assert done[name] == (standing[name] if value is None else value)


@given(STATES, STATES, STATES)
def test_a_row_is_overtaken_exactly_when_what_it_changes_has_moved(asked, standing, later):
    row = planned_row(_wanted({**asked, "roles": []}), {**standing, "roles": []})
    moved = any(later[name] != standing[name] for name in row.before or {})
    assert is_overtaken(row, {**later, "roles": []}) == moved
    assert is_overtaken(row, None)


def test_a_role_held_for_every_subject_is_not_given_for_one_more():
    wanted = _wanted({"roles": ["teacher@A@toan", "teacher@B@toan"]})
    row = planned_row(wanted, {"roles": ["teacher@A"]})
    assert row.after == {"roles": ["teacher@A", "teacher@B@toan"]}


@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_a_key_is_taken_once(keys):
    rows = once_each(Wanted(n, "person", key, key, {}) for n, key in enumerate(keys, start=2))
    assert [r.key for r in rows if not r.problems] == list(dict.fromkeys(keys))


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=10))
def test_units_come_after_their_parents_and_a_ring_is_refused(pairs):
    rows = [
        Wanted(n, "unit", key, key, {"parent": parent, "professional_parent": None})
        for n, (key, parent) in enumerate(dict(pairs).items())
    ]
    ordered = unit_list.parents_first(rows)
    assert {r.key for r in ordered} == {r.key for r in rows}
    listed, seen = {r.key for r in rows}, set()
    for row in ordered:
        if not row.problems:
            assert row.fields["parent"] in seen | ({"a", "b", "c", "d", "e"} - listed)
        seen.add(row.key)


@pytest.mark.parametrize("kind", LISTS)
def test_a_blank_list_reads_back_with_its_example(kind):
    from_csv = read_table(blank_csv(kind), "mau.csv", LISTS[kind])
    from_xlsx = read_table(blank_xlsx(kind), "mau.xlsx", LISTS[kind])
    assert [line.cells for line in from_csv] == [line.cells for line in from_xlsx]
    read = {"people": staff_list.staff_wanted, "units": unit_list.units_wanted}[kind]
    assert [row.problems for row in read(from_xlsx)] == [()]


def test_vietnamese_heads_semicolons_and_dates_are_taken():
    text = "Mã đơn vị;Tên đơn vị;Loại;Mã cấp trên;Từ ngày\nA;Trường A;Trường;SO;05/09/2020\n"
    row = unit_list.units_wanted(read_table(text.encode(), "x.csv", unit_list.COLUMNS))[0]
    assert not row.problems
    assert (row.fields["kind"], row.fields["valid_from"]) == ("truong", "2020-09-05")


def test_a_list_that_is_too_long_is_refused():
    head = ",".join(c.name for c in staff_list.COLUMNS).encode()
    with pytest.raises(TooLarge):
        read_table(head + b"\n" + b"a,b,c,d\n" * (MOST_ROWS + 1), "x.csv", staff_list.COLUMNS)


def test_a_cell_that_is_too_long_or_holds_control_signs_is_told_by_its_place():
    head = ",".join(c.name for c in staff_list.COLUMNS)
    text = f"{head}\nlan.tt,{'a' * 600},A,teacher\nbinh,B\x07,A,teacher\n"
    rows = staff_list.staff_wanted(read_table(text.encode(), "x.csv", staff_list.COLUMNS))
    assert all("cột ho_ten" in str(row.problems[0].where) for row in rows)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx"]))
def test_any_bytes_are_a_list_or_a_refusal(raw, name):
    head = b"ten_dang_nhap,ho_ten,ma_don_vi,vai_tro\n"
    for source in (raw, head + raw):
        try:
            staff_list.staff_wanted(read_table(source, name, staff_list.COLUMNS))
        except (Invalid, TooLarge) as refused:
            assert str(refused)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_a_list_or_a_refusal(place, noise):
    raw = bytearray(blank_xlsx("people"))
    raw[place % len(raw) : place % len(raw) + len(noise)] = noise
    try:
        staff_list.staff_wanted(read_table(bytes(raw), "x.xlsx", staff_list.COLUMNS))
    except (Invalid, TooLarge) as refused:
        assert str(refused)
