"""«Nhập từ Word» in the browser's eyes: upload, look, mend, save, take away again."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from sqlalchemy import func, select

from api.cli import main
from api.db import Database
from api.jobs.kinds import BODIES
from api.jobs.worker import Worker
from api.settings import Settings
from itembank.exchange.word import import_word
from itembank.imports.models import ImportBatch, ImportItem
from itembank.items.models import Item, ItemDraft
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.web import Desk, add_staff

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def desk(database: Database, clock) -> Desk:
    add_staff(database, "ha", Role.TEACHER, now=clock.now)
    return Desk(database, clock, "ha")


def paper(*questions: str, keys: str = "") -> bytes:
    """A Word file: `*` before an option underlines its label, as teachers do."""
    document = docx.Document()
    for question in questions:
        for line in question.splitlines():
            paragraph = document.add_paragraph()
            if line.startswith("*"):
                paragraph.add_run(line[1]).underline = True
                paragraph.add_run(line[2:])
            else:
                paragraph.add_run(line)
    if keys:
        document.add_paragraph("BẢNG ĐÁP ÁN")
        document.add_paragraph(keys)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


GOOD = "Câu 1. Một cộng một bằng mấy?\n*A. 2\nB. 3\nC. 4\nD. 5"
NO_KEY = "Câu 2. Hai cộng hai bằng mấy?\nA. 3\nB. 4\nC. 5\nD. 6"
GOOD_TOO = "Câu 3. Ba cộng ba bằng mấy?\nA. 5\n*B. 6\nC. 7\nD. 8"
SECOND = GOOD_TOO.replace("Câu 3", "Câu 2")
EMPTY_OPTION = "Câu 4. Bốn cộng bốn bằng mấy?\nA. 7\n*B. 8\nC.\nD. 10"


def upload(desk: Desk, database: Database, body: bytes, name: str = "de.docx") -> ImportBatch:
    answer = desk.post(
        "/ngan-hang/nhap", files={"tep": (name, body, WORD)}, subject="toan", grade="12"
    )
    assert answer.status_code == 303, answer.text
    assert Worker(database, Settings(), BODIES).run_one()
    with database.read() as db:
        return db.scalars(
            select(ImportBatch).order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc())
        ).first()


def rows(database: Database, batch: ImportBatch) -> list[ImportItem]:
    with database.read() as db:
        query = select(ImportItem).where(ImportItem.batch_id == batch.id)
        return list(db.scalars(query.order_by(ImportItem.position)))


def n_items(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Item)) or 0


def mend_fields(row: ImportItem, **changes: str) -> dict[str, str]:
    content = row.content or {}
    bodies = {f"body-{o['id']}": o["body"] for o in content["interaction"].get("options", ())}
    return {
        "revision": str(row.revision),
        "kind": row.kind,
        "stem": content["stem"],
        **bodies,
        **changes,
    }


def test_only_teachers_import(database: Database, clock) -> None:
    add_staff(database, "long", Role.EXAM_OFFICER, now=clock.now)
    officer = Desk(database, clock, "long")
    assert officer.get("/ngan-hang/nhap").status_code == 403
    sent = officer.post("/ngan-hang/nhap", files={"tep": ("a.docx", b"x", WORD)}, subject="toan")
    assert sent.status_code == 403


def test_each_item_is_shown_with_its_problem_and_nothing_is_saved_yet(
    desk: Desk, database: Database
) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO, EMPTY_OPTION))
    shown = desk.get(f"/ngan-hang/nhap/{batch.id}").text
    assert "Chưa thấy đáp án" in shown and "đoạn 6" in shown
    assert "Phương án C để trống." in shown
    assert "<strong>2</strong> câu lưu được" in " ".join(shown.split())
    assert n_items(database) == 0


def test_saving_takes_settled_items_and_leaves_the_others(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO))
    fields = {"topic": "toan.12.dao-ham", "level": "hieu"}
    assert desk.post(f"/ngan-hang/nhap/{batch.id}/luu", **fields).status_code == 303
    assert n_items(database) == 2
    assert [row.state for row in rows(database, batch)] == ["saved", "waiting", "saved"]
    with database.read() as db:
        drafts = [draft.content for draft in db.scalars(select(ItemDraft))]
    assert {(d["topic"], d["level"], d["interaction"]["key"]) for d in drafts} == {
        ("toan.12.dao-ham", "hieu", "A"), ("toan.12.dao-ham", "hieu", "B"),
    }  # fmt: skip
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu", **fields)
    assert n_items(database) == 2


def test_a_missing_key_is_chosen_and_confirmed(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO))
    row = rows(database, batch)[1]
    address = f"/ngan-hang/nhap/{batch.id}/cau/{row.id}"
    assert 'name="settled"' in desk.get(f"{address}?sua=1").text
    unconfirmed = desk.post(address, **mend_fields(row, key="B"))
    assert unconfirmed.status_code == 200 and "Chưa thấy đáp án" in unconfirmed.text
    row = rows(database, batch)[1]
    assert desk.post(address, **mend_fields(row, key="B", settled="1")).status_code == 303
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    assert n_items(database) == 3


def test_confirming_without_a_key_is_not_enough(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO))
    row = rows(database, batch)[1]
    sent = desk.post(f"/ngan-hang/nhap/{batch.id}/cau/{row.id}", **mend_fields(row, settled="1"))
    assert "Câu hỏi chưa có đáp án" in sent.text
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    assert n_items(database) == 2


def test_a_conflict_between_underline_and_table_is_an_error_to_settle(
    desk: Desk, database: Database
) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND, keys="1-A  2-C"))
    assert "Các nơi ghi đáp án khác nhau" in desk.get(f"/ngan-hang/nhap/{batch.id}").text
    assert [bool(row.doubts) for row in rows(database, batch)][-1] is True


def test_words_and_kind_are_mended_in_place(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO))
    row = rows(database, batch)[1]
    address = f"/ngan-hang/nhap/{batch.id}/cau/{row.id}"
    drawn = desk.post(f"{address}/dang", **mend_fields(row, kind="short")).text
    assert "Đáp số" in drawn and rows(database, batch)[1].kind == "choice"
    stem = '<p onclick="x()">Hai cộng hai?<script>x</script></p>'
    fields = mend_fields(row, kind="short", stem=stem, numbers="4", settled="1")
    assert desk.post(address, **fields).status_code == 303
    mended = rows(database, batch)[1]
    assert mended.kind == "short" and mended.content["interaction"]["keys"] == ["4"]
    assert mended.content["stem"] == "<p>Hai cộng hai?</p>"


def test_a_stale_page_overwrites_nothing(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, NO_KEY, GOOD_TOO))
    row = rows(database, batch)[1]
    address = f"/ngan-hang/nhap/{batch.id}/cau/{row.id}"
    desk.post(address, **mend_fields(row, key="B", settled="1"))
    assert desk.post(address, **mend_fields(row, key="C", settled="1")).status_code == 409
    assert rows(database, batch)[1].content["interaction"]["key"] == "B"


def test_a_dropped_item_stays_out_and_can_be_taken_back(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    address = f"/ngan-hang/nhap/{batch.id}/cau/{rows(database, batch)[0].id}"
    desk.post(f"{address}/bo")
    assert rows(database, batch)[0].state == "dropped"
    desk.post(f"{address}/lay-lai")
    assert rows(database, batch)[0].state == "waiting"


def test_the_same_item_twice_in_a_file_is_said(desk: Desk, database: Database) -> None:
    twin = GOOD.replace("Câu 1", "Câu 2")
    batch = upload(desk, database, paper(GOOD, twin, GOOD_TOO))
    assert "Trùng hoàn toàn với câu 1" in desk.get(f"/ngan-hang/nhap/{batch.id}").text


def test_nobody_else_sees_an_import(desk: Desk, database: Database, clock) -> None:
    batch = upload(desk, database, paper(GOOD))
    with database.read() as db:
        unit = db.scalars(select(Unit)).one()
    add_staff(database, "lan", Role.TEACHER, now=clock.now, unit=unit)
    other = Desk(database, clock, "lan")
    assert other.get(f"/ngan-hang/nhap/{batch.id}").status_code == 404
    row = rows(database, batch)[0]
    assert other.get(f"/ngan-hang/nhap/{batch.id}/cau/{row.id}").status_code == 404
    assert other.post(f"/ngan-hang/nhap/{batch.id}/luu").status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.docx", b"%PDF-1.4", "Cả tệp"),
        ("a.docx", b"PK\x03\x04", "Cả tệp"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "Cả tệp"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    desk: Desk, database: Database, name: str, body: bytes, words: str
) -> None:
    batch = upload(desk, database, body, name)
    shown = desk.get(f"/ngan-hang/nhap/{batch.id}").text
    assert "Không vào được" in shown


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.exe"])
def test_an_unknown_kind_of_file_is_refused_at_the_door(desk: Desk, name: str) -> None:
    sent = desk.post("/ngan-hang/nhap", files={"tep": (name, b"x", WORD)}, subject="toan")
    assert sent.status_code == 422 and "Không nhập được tệp kiểu" in sent.text


def test_the_template_comes_in_whole(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, desk.get("/ngan-hang/nhap/mau-word.docx").content)
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    assert {row.state for row in rows(database, batch)} == {"saved"}


def test_a_file_read_twice_has_its_items_once(desk: Desk, database: Database) -> None:
    from api.jobs.read_items import _store
    from itembank.exchange.found import Placement

    batch = upload(desk, database, paper(GOOD, SECOND))
    report = import_word(paper(GOOD, SECOND), placement=Placement("toan"))

    class Silent:
        def __init__(self) -> None:
            self.database = database

        def report(self, *said: object) -> None: ...

    _store(Silent(), batch.id, report)  # type: ignore[arg-type]
    assert len(rows(database, batch)) == 2


def test_exported_edited_and_imported_again_is_a_new_draft_of_the_same_item(
    desk: Desk, database: Database
) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    taken = desk.get("/ngan-hang/tai-ve?kieu=docx&cua-toi=1")
    assert taken.status_code == 200
    document = docx.Document(io.BytesIO(taken.content))
    run = next(r for p in document.paragraphs for r in p.runs if "Một cộng một" in r.text)
    run.text = run.text.replace("Một cộng một", "Tổng của một và một")
    out = io.BytesIO()
    document.save(out)
    again = upload(desk, database, out.getvalue(), "sua.docx")
    assert "Bản sửa của câu đã có" in desk.get(f"/ngan-hang/nhap/{again.id}").text
    desk.post(f"/ngan-hang/nhap/{again.id}/luu")
    assert n_items(database) == 2
    with database.read() as db:
        stems = sorted(d.content["stem"] for d in db.scalars(select(ItemDraft)))
        revisions = sorted(d.revision for d in db.scalars(select(ItemDraft)))
    assert stems == ["<p>Ba cộng ba bằng mấy?</p>", "<p>Tổng của một và một bằng mấy?</p>"]
    assert revisions == [2, 3]


def test_a_bank_that_moved_on_is_said_before_it_is_overwritten(
    desk: Desk, database: Database
) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    taken = desk.get("/ngan-hang/tai-ve?kieu=docx&cua-toi=1").content
    with database.write() as db:
        for draft in db.scalars(select(ItemDraft)):
            draft.content = {**draft.content, "stem": draft.content["stem"] + "<p>Thêm.</p>"}
    again = upload(desk, database, taken, "cu.docx")
    assert "đã đổi trong ngân hàng" in desk.get(f"/ngan-hang/nhap/{again.id}").text


@pytest.mark.parametrize("kind", ["docx", "pdf", "qti", "moodle", "gift", "aiken", "xlsx", "list"])
def test_what_a_search_finds_leaves_in_every_format(
    desk: Desk, database: Database, kind: str
) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    taken = desk.get(f"/ngan-hang/tai-ve?kieu={kind}&cua-toi=1")
    assert taken.status_code == 200 and len(taken.content) > 100
    assert "attachment" in taken.headers["content-disposition"]


def test_what_a_format_cannot_hold_is_told_beside_the_file(desk: Desk, database: Database) -> None:
    short = "Câu 3. Tính 2 + 3?\nĐáp án: 5"
    batch = upload(desk, database, paper(GOOD, SECOND, short))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    taken = desk.get("/ngan-hang/tai-ve?kieu=aiken&cua-toi=1")
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert sorted(archive.namelist()) == ["cau-hoi.txt", "khong-giu-duoc.txt"]
        assert "không xuất" in archive.read("khong-giu-duoc.txt").decode("utf-8-sig")


def test_items_of_kinds_without_fields_are_confirmed_or_dropped(
    desk: Desk, database: Database
) -> None:
    case = Path(__file__).parents[1] / "itembank/qti/cases/template_map_response_point/item.xml"
    batch = upload(desk, database, case.read_bytes(), "item.xml")
    shown = desk.get(f"/ngan-hang/nhap/{batch.id}")
    assert shown.status_code == 200 and len(rows(database, batch)) == 1
    row = rows(database, batch)[0]
    address = f"/ngan-hang/nhap/{batch.id}/cau/{row.id}"
    assert desk.post(f"{address}/dung", revision=str(row.revision)).status_code == 303
    assert not rows(database, batch)[0].doubts


def test_the_drafts_of_an_import_are_printed(desk: Desk, database: Database) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    assert desk.get(f"/ngan-hang/nhap/{batch.id}/ban-in.pdf").content.startswith(b"%PDF")


def test_export_at_the_prompt(
    desk: Desk, database: Database, tmp_path, monkeypatch, capsys
) -> None:
    batch = upload(desk, database, paper(GOOD, SECOND))
    desk.post(f"/ngan-hang/nhap/{batch.id}/luu")
    with database.read() as db:
        codes = list(db.scalars(select(Item.code)))
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)
    for kind in ("docx", "pdf", "qti", "gift"):
        file = tmp_path / f"out.{kind}"
        assert main(["export", "--format", kind, "--out", str(file), "--items", *codes]) == 0
        assert file.stat().st_size > 100
    assert zipfile.ZipFile(tmp_path / "out.docx").testzip() is None
    assert re.search(r"Đã xuất 2 câu", capsys.readouterr().out)
    assert (
        main(["export", "--format", "pdf", "--out", str(tmp_path / "x"), "--items", "KHONG"]) == 2
    )
