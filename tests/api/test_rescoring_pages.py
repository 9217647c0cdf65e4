"""The pages of re-scoring: proposed by one, looked at, decided by another; rounds; the workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from delivery.attempts import service as attempts
from delivery.results.rescoring import repository
from delivery.results.service import score_sitting
from delivery.sittings.states import CLOSED
from itembank.forms.models import FormItem
from itembank.items.content import Choice, canonical_bytes, read_item, version_name
from itembank.items.interactions import MultipleChoice
from itembank.items.models import ItemVersion
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import answer, held, make_candidate, make_room, sign_in_device
from tests.factories.forms import choice_content, make_unit, short_content
from tests.factories.web import Desk, add_staff

WHY = "Đáp án in sai: phương án B mới đúng"


@pytest.fixture
def hall(database, clock):
    """Two officers' browsers and a closed sitting: two chose A (the key), one B, one nothing."""
    with database.write() as db:
        room = make_room(db, now=clock.now)
        people = [room.candidate]
        people += [
            make_candidate(db, room.sitting, now=clock.now, number=f"0300600{n}") for n in range(3)
        ]
        for n, (one, value) in enumerate(zip(people, ["A", "A", "B", None], strict=True)):
            attempts.start(db, sign_in_device(db, one, f"m{n}", now=clock.now), now=clock.now)
            changes = [answer(1, room.choice, value)] if value else []
            attempts.save_events(db, held(db, f"m{n}"), changes, now=clock.now)
            attempts.submit(db, held(db, f"m{n}"), last_seq=len(changes), now=clock.now)
        score_sitting(db, None, room.sitting, now=clock.now)
        other = other_version(db, room, clock.now)
        room.sitting.state, room.sitting.closed_at = CLOSED, clock.now
        unit = db.get_one(Unit, room.sitting.unit_id)
    for name in ("totchuc1", "totchuc2"):
        add_staff(database, name, Role.EXAM_OFFICER, now=clock.now, unit=unit)
    return room, other, Desk(database, clock, "totchuc1"), Desk(database, clock, "totchuc2")


def other_version(db, room, now):
    place = db.get_one(FormItem, room.choice)
    old = db.get_one(ItemVersion, place.version_hash)
    content = read_item(old.stored)
    changed = content.interaction.model_copy(update={"key": "B"})
    stored = canonical_bytes(content.model_copy(update={"interaction": changed}))
    made = ItemVersion(
        hash=version_name(stored), item_id=old.item_id, number=2, schema=old.schema, stored=stored,
        author_id=old.author_id, created_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made.hash


def addresses(room):
    list_ = f"/ca-thi/{room.sitting.id}/cham-lai"
    return list_, f"{list_}/cau/{room.choice}"


def asked(room, other, officer):
    _, place = addresses(room)
    sent = officer.post(f"{place}/de-nghi", dap_an=other, reason=WHY)
    assert sent.status_code == 303
    return sent.headers["location"]


def test_from_the_list_to_new_points_by_two_people(hall, database):
    room, other, one, two = hall
    list_, place = addresses(room)
    assert f"/cham-lai/cau/{room.choice}" in one.get(list_).text
    looked = one.get(f"{place}?dap_an={other}").text
    assert "Nếu đổi như vậy" in looked and '<svg class="chart"' in looked
    assert [int(n) for n in re.findall(r'figure-big">(\d+)', looked)] == [4, 3, 1, 2]
    here = asked(room, other, one)
    own = one.get(here).text
    assert "Đồng ý và chấm lại" not in own and "người khác người đề nghị" in own
    assert one.post(f"{here}/quyet-dinh", y_kien="dong-y").status_code == 403
    assert "Đồng ý và chấm lại" in two.get(here).text
    assert two.post(f"{here}/quyet-dinh", y_kien="dong-y").status_code == 303
    done = two.get(here).text
    assert "Đã đổi như sau" in done
    assert [int(n) for n in re.findall(r'figure-big">(\d+)', done)] == [4, 3, 1, 2]
    assert "Đã chấm lại" in one.get(list_).text
    with database.read() as db:
        assert repository.in_force(db, room.sitting.form_id)[room.choice].version_hash == other


def test_old_rounds_stay_to_be_read_and_are_computed_again(hall):
    room, other, one, two = hall
    here = asked(room, other, one)
    two.post(f"{here}/quyet-dinh", y_kien="dong-y")
    rounds = one.get(f"{addresses(room)[0]}/vong").text
    assert "Vòng 2" in rounds and rounds.count(">khớp<") == 4 and "khớp nhau" in rounds


def test_the_workbook_has_a_line_for_everybody(hall):
    room, other, one, two = hall
    here = asked(room, other, one)
    for _ in range(2):
        book = openpyxl.load_workbook(io.BytesIO(one.get(f"{here}/bao-cao.xlsx").content))
        about, people = book.worksheets
        assert WHY in [cell.value for cell in about["B"]]
        rows = list(people.iter_rows(min_row=2, values_only=True))
        assert sorted(row[6] for row in rows) == [-0.25, -0.25, 0, 0.25]
        two.post(f"{here}/quyet-dinh", y_kien="dong-y")


def test_refusing_needs_a_reason_and_changes_nothing(hall):
    room, other, one, two = hall
    here = asked(room, other, one)
    refused = two.post(f"{here}/quyet-dinh", y_kien="khong", reason="")
    assert refused.status_code == 422 and "error-summary" in refused.text
    kept = two.post(f"{here}/quyet-dinh", y_kien="khong", reason="Đáp án gốc là đúng")
    assert kept.status_code == 303
    assert "Không đồng ý" in one.get(here).text
    assert one.get(f"{here}/bao-cao.xlsx").status_code == 404
    assert "Vòng 2" not in one.get(f"{addresses(room)[0]}/vong").text


def test_a_reason_too_short_keeps_what_was_chosen_and_typed(hall):
    room, other, one, _ = hall
    _, place = addresses(room)
    refused = one.post(f"{place}/de-nghi", dap_an=other, reason="sai")
    assert refused.status_code == 422
    assert ">sai</textarea>" in refused.text and f'value="{other}" checked' in refused.text


def test_an_unknown_key_is_refused(hall):
    room, _, one, _ = hall
    _, place = addresses(room)
    assert one.post(f"{place}/de-nghi", dap_an="0" * 64, reason=WHY).status_code == 422
    assert one.post(f"{place}/de-nghi", dap_an="", reason=WHY).status_code == 422


@pytest.mark.parametrize("role", [Role.INVIGILATOR, Role.PSYCHOMETRICIAN, Role.TEACHER, None])
def test_nobody_else_reads_a_key_or_asks_for_one(hall, database, clock, role):
    """Other roles of the same unit, and (None) an officer of another unit."""
    room, other, one, _ = hall
    here = asked(room, other, one)
    with database.write() as db:
        unit = db.get_one(Unit, room.sitting.unit_id) if role else make_unit(db, "KHAC")
    add_staff(database, "nguoila", role or Role.EXAM_OFFICER, now=clock.now, unit=unit)
    stranger = Desk(database, clock, "nguoila")
    list_, place = addresses(room)
    for path in (list_, f"{list_}/vong", place, here, f"{here}/bao-cao.xlsx"):
        assert stranger.get(path).status_code == 403, path
    assert stranger.post(f"{place}/de-nghi", dap_an=other, reason=WHY).status_code == 403
    assert stranger.post(f"{here}/quyet-dinh", y_kien="dong-y").status_code == 403


def test_an_open_sitting_and_a_foreign_item_are_not_rescored(hall, database):
    room, other, one, _ = hall
    here = asked(room, other, one)
    with database.write() as db:
        sitting = db.merge(room.sitting)
        sitting.state = "open"
    list_, place = addresses(room)
    for path in (list_, place, here):
        refused = one.get(path)
        assert refused.status_code == 403 and "chưa đóng" in refused.text
    with database.write() as db:
        sitting = db.merge(room.sitting)
        sitting.state = CLOSED
    assert one.get(f"{list_}/cau/{room.sitting.id}").status_code == 404


def test_b_counts_as_well_from_the_ticks_to_the_points(hall, database):
    """Chosen from the item's own options; the workbook and the rounds tell it in the same words."""
    room, _, one, two = hall
    list_, place = addresses(room)
    first = one.get(place).text
    assert [*re.findall(r'name="them" value="(\w+)"', first)] == ["B", "C", "D"]
    looked = one.get(f"{place}?dap_an=tinh-them&them=B").text
    assert [int(n) for n in re.findall(r'figure-big">(\d+)', looked)] == [4, 1, 1, 0]
    base = re.search(r'name="goc" value="(\w+)"', looked)[1]
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["B"], goc=base, reason=WHY)
    here = sent.headers["location"]
    assert "A; B cũng được tính đúng" in two.get(here).text
    assert two.post(f"{here}/quyet-dinh", y_kien="dong-y").status_code == 303
    assert "A; B cũng được tính đúng" in one.get(list_).text
    assert re.search(r'value="B" checked', one.get(place).text)
    about = openpyxl.load_workbook(io.BytesIO(one.get(f"{here}/bao-cao.xlsx").content)).worksheets[
        0
    ]
    assert "A; B cũng được tính đúng" in [cell.value for cell in about["B"]]
    rounds = one.get(f"{list_}/vong").text
    assert "Vòng 2" in rounds and rounds.count(">khớp<") == 4


def test_either_answer_to_a_statement_may_count(hall):
    room, _, one, _ = hall
    place = f"{addresses(room)[0]}/cau/{room.cluster}"
    assert re.findall(r'name="them" value="(\w+)"', one.get(place).text) == ["a", "b", "c", "d"]
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["b", "c"], reason=WHY)
    assert "b), c) đúng hay sai đều được tính" in one.get(sent.headers["location"]).text


@pytest.mark.parametrize("them", [[], ["A"], ["X" * 200], ["Z"], ["B"] * 500])
def test_ticks_that_widen_nothing_are_told_beside_them_and_store_nothing(hall, database, them):
    room, _, one, _ = hall
    _, place = addresses(room)
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=them, reason=WHY)
    if set(them) == {"B"}:
        assert sent.status_code == 303
        return
    looked = one.get(f"{place}?" + "&".join(["dap_an=tinh-them", *(f"them={t}" for t in them)]))
    assert sent.status_code == 422 and 'id="them-loi"' in sent.text
    assert looked.status_code == 200 and 'id="them-loi"' in looked.text
    assert "anh-huong" not in looked.text
    with database.read() as db:
        assert repository.changes_of(db, room.sitting.form_id) == []


def test_ticks_made_beside_a_key_that_was_changed_meanwhile_are_refused(hall):
    room, other, one, two = hall
    _, place = addresses(room)
    base = re.search(r'name="goc" value="(\w+)"', one.get(f"{place}?dap_an=tinh-them&them=C").text)[
        1
    ]
    two.post(f"{asked(room, other, one)}/quyet-dinh", y_kien="dong-y")
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["C"], goc=base, reason=WHY)
    assert sent.status_code == 422 and "vừa được đổi" in sent.text


@pytest.fixture
def mixed(database, clock):
    """Options stand C, A, D, B in the form, so B is the letter of the key; a second item has sets."""
    with database.write() as db:
        moved = [{"id": i, "body": f"<p>phương án {i}</p>"} for i in "CADB"]
        choice = choice_content("A")
        choice = choice.model_copy(
            update={"interaction": Choice.model_validate({"options": moved, "key": "A"})}
        )
        many = MultipleChoice.model_validate({"options": moved, "keys": ["A", "D"]})
        multiple = choice_content().model_copy(update={"kind": "multiple", "interaction": many})
        room = make_room(db, now=clock.now, contents=[choice, multiple, short_content()])
        candidate = room.candidate
        attempts.start(db, sign_in_device(db, candidate, "m0", now=clock.now), now=clock.now)
        given = [answer(1, room.choice, "B"), answer(2, room.cluster, ["B", "A"])]
        attempts.save_events(db, held(db, "m0"), given, now=clock.now)
        attempts.submit(db, held(db, "m0"), last_seq=2, now=clock.now)
        score_sitting(db, None, room.sitting, now=clock.now)
        room.sitting.state, room.sitting.closed_at = CLOSED, clock.now
        unit = db.get_one(Unit, room.sitting.unit_id)
    for name in ("totchuc1", "totchuc2"):
        add_staff(database, name, Role.EXAM_OFFICER, now=clock.now, unit=unit)
    return room, Desk(database, clock, "totchuc1"), Desk(database, clock, "totchuc2")


def test_letters_are_those_candidates_saw_and_identities_are_what_counts(mixed, database):
    room, one, two = mixed
    place = f"{addresses(room)[0]}/cau/{room.choice}"
    shown = re.findall(r'name="them" value="(\w+)".*?<strong>(\w)</strong>', one.get(place).text)
    assert shown == [("C", "A"), ("D", "C"), ("B", "D")]
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["B"], reason=WHY)
    here = sent.headers["location"]
    told = two.get(here).text
    assert "B; D cũng được tính đúng" in told
    assert [int(n) for n in re.findall(r'figure-big">(\d+)', told)] == [1, 1, 1, 0]
    with database.read() as db:
        ((change, _),) = repository.changes_of(db, room.sitting.form_id)
        assert '"options":["B"]' in change.wider_key


def test_a_second_set_is_added_and_the_first_kept(mixed, database):
    room, one, two = mixed
    place = f"{addresses(room)[0]}/cau/{room.cluster}"
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["A", "B"], reason=WHY)
    here = sent.headers["location"]
    assert "B + C; B + D cũng được tính đúng" in two.get(here).text
    two.post(f"{here}/quyet-dinh", y_kien="dong-y")
    assert re.search(r'name="bo" value="A B" checked', one.get(place).text)
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["C"], bo=["A B"], reason=WHY)
    assert "B + D; A cũng được tính đúng" in two.get(sent.headers["location"]).text


def test_the_record_of_the_item_tells_what_was_decided_of_its_key(hall, database, clock):
    """Only once it is decided; the form it happened in only to whoever may know of forms."""
    room, _, one, two = hall
    _, place = addresses(room)
    with database.write() as db:
        item = db.get_one(FormItem, room.choice).item_id
        unit = db.get_one(Unit, room.sitting.unit_id)
    for name, role in (("totruong", Role.GROUP_LEAD), ("thuki", Role.SECRETARY)):
        add_staff(database, name, role, now=clock.now, unit=unit)
    record = f"/ngan-hang/cau-hoi/{item}"
    lead, secretary = Desk(database, clock, "totruong"), Desk(database, clock, "thuki")
    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["B"], reason=WHY)
    assert "Đổi đáp án sau khi thi" not in secretary.get(record).text
    two.post(f"{sent.headers['location']}/quyet-dinh", y_kien="dong-y")
    told = secretary.get(record).text
    assert "A; B cũng được tính đúng" in told and WHY in told and "1 thí sinh đổi điểm" in told
    assert "DE-01" not in told and "DE-01" in one.get(record).text
    assert WHY not in lead.get(record).text


def test_the_sheet_of_keys_has_what_was_decided_and_only_that(hall):
    room, _, one, two = hall
    _, place = addresses(room)
    sheet = f"/de/{room.sitting.form_id}/ban-in?kieu=keys"

    def first_key() -> str:
        book = openpyxl.load_workbook(io.BytesIO(one.get(sheet).content))
        return str(book.worksheets[0].cell(3, 2).value)

    sent = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["B"], reason=WHY)
    assert first_key() == "A"
    two.post(f"{sent.headers['location']}/quyet-dinh", y_kien="dong-y")
    assert first_key() == "A hoặc B"


def test_whoever_decides_sees_the_key_in_force_and_why_it_cannot_be_widened(hall):
    room, other, one, two = hall
    _, place = addresses(room)
    waiting = one.post(f"{place}/de-nghi", dap_an="tinh-them", them=["C"], reason=WHY)
    here = waiting.headers["location"]
    assert "Đáp án đang dùng" not in two.get(here).text
    two.post(f"{asked(room, other, one)}/quyet-dinh", y_kien="dong-y")
    assert "Đáp án đang dùng" in two.get(here).text
    refused = two.post(f"{here}/quyet-dinh", y_kien="dong-y")
    assert refused.status_code == 422 and "vừa được đổi" in refused.text
