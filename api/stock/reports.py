"""Pages as reports: the board, the ledger, a look back, in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from itembank.curriculum import SUBJECTS, topic_name
from itembank.exchange.tables_out import Column, Report, Table
from itembank.exchange.tables_out.model import Value
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.ledger.retrospective import SHARE_HEADS, Retrospective, day_bins, round_bins
from itembank.ledger.tallies import HEADS, Line, Sum, Tally, by_group, by_school, total
from itembank.stock.cells import Board, Cell, Holding

from ..formats import moment
from ..i18n import Words
from .board_views import Choice, topic_rows
from .flag_words import flag_name

BOARD_HEADS = ("Cần", "Dùng được", "Thiếu", "Đang thẩm định", "Khoá", "Đã lộ")


def year_name(school_year: int) -> str:
    return f"{school_year}–{school_year + 1}"


def board_report(choice: Choice, board: Board, issuer: str, t: Words, now: datetime) -> Report:
    topics = topic_rows(choice, board)
    by_topic = [
        [topic_name(topic) or "–", *_held(board.total(c for c in board.cells if c.topic == topic))]
        for topic in topics
    ]
    by_topic.append([t("Cộng"), *_held(board.total())])
    order = {topic: place for place, topic in enumerate(topics)}
    cells = sorted(
        board.cells, key=lambda c: (order[c.topic], list(KIND_NAMES).index(c.kind), c.level)
    )
    counted = [Column(t(head), 10, is_number=True) for head in BOARD_HEADS]
    return Report(
        t("Kho câu hỏi {subject} {grade}", subject=t(SUBJECTS[choice.subject]), grade=choice.grade),
        issuer,
        [t("Năm học {year}, số liệu lúc {at}", year=year_name(choice.school_year), at=moment(now))],
        [
            Table(t("Theo chủ đề"), [Column(t("Chủ đề"), 38), *counted], by_topic,
                  t("Câu dư ở một ô không bù cho ô khác.")),
            Table(
                t("Từng ô"),
                [Column(t("Chủ đề"), 38), Column(t("Dạng"), 18), Column(t("Cấp độ"), 12), *counted],
                [[*_named(cell, t), *_held(board.cells[cell])] for cell in cells],
            ),
        ],
        is_wide=True,
    )  # fmt: skip


def _named(cell: Cell, t: Words) -> list[Value]:
    return [
        topic_name(cell.topic) or "–",
        t(KIND_NAMES.get(cell.kind, cell.kind)),
        t(LEVEL_NAMES[cell.level]) if cell.level in LEVEL_NAMES else "–",
    ]


def _held(holding: Holding) -> list[Value]:
    return [holding.required, holding.usable, holding.short, holding.in_review, holding.locked,
            holding.exposed]  # fmt: skip


def ledger_report(lines: Sequence[Line], school_year: int, issuer: str, t: Words,
                  now: datetime, *, of: str = "") -> Report:  # fmt: skip
    """The year's contributions: by person, by group, by school; with places to sign."""
    names = {code: t(name) for code, name in SUBJECTS.items()}
    heads = _tally_heads(t)
    people = [Column(t("Giáo viên"), 24), Column(t("Đơn vị"), 24), Column(t("Môn"), 16), *heads]
    rows: list[list[Value]] = [
        [x.person, x.unit, names.get(x.subject, x.subject), *_tallied(x.tally)] for x in lines
    ]
    rows.append([t("Cộng"), "", "", *_tallied(total(lines))])
    tables = [Table(t("Theo giáo viên"), people, rows)]
    if len({x.person_id for x in lines}) > 1:
        tables.append(_summed(t("Theo tổ chuyên môn"), by_group(lines, names), heads, t))
        tables.append(_summed(t("Theo trường"), by_school(lines), heads, t))
    title = t("Đóng góp câu hỏi năm học {year}", year=year_name(school_year))
    told = [of] if of else []
    note = t("Mỗi câu tính một lần ở mỗi cột. Số liệu lúc {at}.", at=moment(now))
    return Report(title, issuer, [*told, note], tables,
                  [t("Người lập"), t("Tổ trưởng chuyên môn"), t("Hiệu trưởng")], is_wide=True)  # fmt: skip


def _tally_heads(t: Words) -> list[Column]:
    counted = [Column(t(n), 10, is_number=True, has_bar=h == "accepted") for h, n in HEADS.items()]
    return [*counted, Column(t("Tỉ lệ duyệt"), 10, is_number=True, is_share=True)]


def _tallied(tally: Tally) -> list[Value]:
    return [*(getattr(tally, head) for head in HEADS), tally.share_accepted]


def _summed(title: str, sums: Sequence[Sum], heads: list[Column], t: Words) -> Table:
    columns = [Column(title, 40), Column(t("Số người"), 8, is_number=True), *heads]
    return Table(title, columns, [[s.name, s.people, *_tallied(s.tally)] for s in sums])


def retrospective_report(past: Retrospective, issuer: str, t: Words, now: datetime) -> Report:
    return Report(
        t("Nhìn lại năm học {year}, môn {subject}", year=year_name(past.school_year),
          subject=t(SUBJECTS[past.subject])),
        issuer,
        [t("Số liệu lúc {at}", at=moment(now))],
        [
            _counted(t("Kết quả thẩm định"), outcomes(past, t), t),
            _counted(t("Lí do không nhận hoặc trả lại"), past_reasons(past, t), t),
            _counted(t("Số vòng thẩm định của một câu"), round_bins(past.rounds), t),
            _counted(t("Số ngày một vòng thẩm định"), day_bins(past.days), t),
            _counted(t("Sau khi dùng"), after_use(past, t), t),
            _shares(past, t),
        ],
    )  # fmt: skip


def outcomes(past: Retrospective, t: Words) -> list[tuple[str, int]]:
    return [(t("Được duyệt"), past.approved), (t("Bị trả lại"), past.returned),
            (t("Không nhận"), past.rejected)]  # fmt: skip


def past_reasons(past: Retrospective, t: Words) -> list[tuple[str, int]]:
    return [(t(name), n) for name, n in past.reasons]


def after_use(past: Retrospective, t: Words) -> list[tuple[str, int]]:
    use = past.after_use
    flags = [(t(flag_name(code)), n) for code, n in sorted(use.by_flag.items())]
    return [(t("Đã vào đề"), use.used), (t("Đã hiệu chuẩn"), use.calibrated),
            (t("Có cờ thống kê"), use.flagged), *flags]  # fmt: skip


def _counted(title: str, rows: Sequence[tuple[str, int]], t: Words) -> Table:
    heads = [Column(title, 50), Column(t("Số lượng"), 12, is_number=True, has_bar=True)]
    return Table(title, heads, [list(row) for row in rows])


def _shares(past: Retrospective, t: Words) -> Table:
    heads = [Column(t(name), 14, is_number=True, is_share=True) for name in SHARE_HEADS.values()]
    return Table(
        t("Tỉ lệ qua các năm học"),
        [Column(t("Năm học"), 16), Column(t("Được duyệt"), 12, is_number=True), *heads],
        [
            [year_name(y.school_year), y.approved, *(y.share(head) for head in SHARE_HEADS)]
            for y in past.shares
        ],
    )
