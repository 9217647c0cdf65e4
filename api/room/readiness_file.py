"""The readiness of a sitting's machines as a table for a spreadsheet: one line a seat."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from delivery.readiness.judging import Finding, Subject
from delivery.readiness.report import RoomReadiness, SeatReadiness
from delivery.spreadsheets import safe
from itembank.errors import Message

from ..formats import moment
from .readiness_views import browser_shown

HEAD = ("phong", "ghe", "so_bao_danh", "tinh_trang", "luc", "trinh_duyet", *Subject, "viec_can_lam")
Words = Callable[[Message | str], str]


def readiness_csv(rooms: Iterable[RoomReadiness], t: Words) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(HEAD)
    for room in rooms:
        table.writerows([safe(cell) for cell in _cells(room.room, seat, t)] for seat in room.seats)
    return out.getvalue().encode("utf-8-sig")


def _cells(room: str, seat: SeatReadiness, t: Words) -> list[str]:
    known = [room, seat.seat, seat.number, t(seat.standing_name)]
    if seat.last is None:
        return [*known, "", "", *("" for _ in Subject), ""]
    by_subject = {one.subject: one for one in seat.last.findings}
    to_do = "; ".join(t(one.to_do) for one in seat.last.problems if one.to_do)
    told = [_told(by_subject.get(subject), t) for subject in Subject]
    return [*known, moment(seat.last.at), browser_shown(seat.last), *told, to_do]


def _told(finding: Finding | None, t: Words) -> str:
    return f"{t(finding.verdict_name)}: {t(finding.found)}" if finding else ""
