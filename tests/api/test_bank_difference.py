"""Pages of versions, families and shared material: who sees them, and what they show."""

from __future__ import annotations

import re
import uuid

import pytest

from itembank.families import repository as families
from itembank.families import service as family_service
from itembank.items import repository, service, stimuli
from itembank.items.content import StimulusContent
from itembank.items.models import Item, Stimulus
from itembank.people import repository as people
from itembank.review import service as review
from tests.factories.bank import CAST, complete_choice, make_draft, make_province
from tests.factories.web import HASH, Desk
from tests.itembank.families.test_instances import AREA


@pytest.fixture
def province(database, now):
    """An item with two versions, the later one before reviewers; a family; shared material."""
    with database.write() as db:
        made = make_province(db, now=now)
        for person in made.people.values():
            person.password_hash, person.must_change_password = HASH, False
        author = made.actor(db, "author")
        item = make_draft(db, author, now=now)
        service.freeze(db, author, item, now=now, reason="lần đầu")
        item.state = "returned"
        db.flush()
        draft = repository.draft_of(db, item)
        later = complete_choice("<p>Tính 1 + 1 rồi trừ 0.</p>")
        service.save_draft(db, author, item, later, expected_revision=draft.revision, now=now)
        review.submit(db, author, item, now=now, reason="theo góp ý")
        family_service.add_family(db, author, AREA, now=now)
        body = StimulusContent(subject="toan", title="Bể cá", body="<p>Có 60 con.</p>")
        stimuli.add_stimulus(db, author, code="BE-CA", content=body, now=now)
    return made


@pytest.fixture
def desk(database, clock, province):
    return lambda name: Desk(database, clock, name)


def _item(database) -> uuid.UUID:
    with database.read() as db:
        return db.query(Item).one().id


def _family(database):
    with database.read() as db:
        return db.query(families.ItemFamily).one().id


def _stimulus(database):
    with database.read() as db:
        return db.query(Stimulus).one().id


def test_both_versions_stand_side_by_side_with_reason_and_author(database, desk) -> None:
    page = desk("author").get(f"/ngan-hang/cau-hoi/{_item(database)}/phien-ban").text
    assert "<ins>rồi trừ 0</ins>" in page
    assert "lần đầu" in page
    assert "theo góp ý" in page
    assert page.count("Người author") >= 3  # twice in the table, once in the bar


def test_the_order_of_the_two_is_that_asked_for(database, desk) -> None:
    page = desk("author").get(f"/ngan-hang/cau-hoi/{_item(database)}/phien-ban?cu=2&moi=1").text
    assert "<del>rồi trừ 0</del>" in page


def test_an_old_version_is_read_as_it_was(database, desk) -> None:
    item = _item(database)
    page = desk("author").get(f"/ngan-hang/cau-hoi/{item}/phien-ban/1").text
    assert "Tính 1 + 1." in page
    assert "rồi trừ 0" not in page
    assert desk("author").get(f"/ngan-hang/cau-hoi/{item}/phien-ban/7").status_code == 404


@pytest.mark.parametrize(
    "name", [name for name, *_ in CAST if name not in ("author", "secretary", "officer")]
)
def test_versions_are_closed_to_reviewers_and_strangers(database, desk, name: str) -> None:
    item = _item(database)
    for path in ("phien-ban", "phien-ban/1"):
        answer = desk(name).get(f"/ngan-hang/cau-hoi/{item}/{path}")
        assert answer.status_code == 403
        assert "Người author" not in answer.text


def test_the_office_reads_versions_and_leaves_a_trace(database, desk) -> None:
    item = _item(database)
    assert desk("secretary").get(f"/ngan-hang/cau-hoi/{item}/phien-ban").status_code == 200
    with database.read() as db:
        told = db.execute(
            __import__("sqlalchemy").text(
                "SELECT count(*) FROM audit_event WHERE action = 'item.opened'"
            )
        ).scalar_one()
    assert told == 2


def test_a_family_is_tried_changed_and_used(database, desk) -> None:
    author, family = desk("author"), _family(database)
    path = f"/ngan-hang/ho-cau/{family}"
    page = author.get(path).text
    assert "8 câu dùng được" in page
    fields = _fields(page)
    tried = author.post(f"{path}/thu", **{**fields, "bien-0-den": "5"})
    assert "4 câu dùng được" in tried.text
    refused = author.post(path, **{**fields, "dieu-kien": "b > 1"})
    assert refused.status_code == 422
    assert "Chưa có biến «b» trong bảng." in refused.text
    assert "b &gt; 1" in refused.text  # what was typed is still there
    assert author.post(path, **{**fields, "bien-0-den": "5"}).status_code == 303
    assert (
        author.post(f"{path}/them", **{"so-cau": "3", "so": "4", "di": "nhap"}).status_code == 303
    )
    assert "số mầm 4" in author.get(path).text
    assert author.post(f"{path}/them", **{"so-cau": "3", "so": "4"}).status_code == 422
    with database.read() as db:
        found = families.family_by_id(db, family)
        assert [m.version.number for m in families.made_from(db, found)] == [2, 2, 2]


def _fields(page: str) -> dict[str, str]:
    """The form's text fields, as a browser would send them untouched."""
    from html import unescape

    form = page[page.index('id="ho-cau"') : page.index("</form>", page.index('id="ho-cau"'))]
    found = dict(
        re.findall(r'<input class="[^"]*" id="[^"]*" name="([^"]+)"[^>]*? value="([^"]*)"', form)
    )
    found |= dict(re.findall(r'<input id="[^"]*" name="(le|mau)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S))
    return {name: unescape(value) for name, value in found.items()} | {"am": "1", "key": "A"}


def test_saving_a_family_untouched_changes_nothing(database, desk) -> None:
    author, family = desk("author"), _family(database)
    fields = _fields(author.get(f"/ngan-hang/ho-cau/{family}").text)
    assert author.post(f"/ngan-hang/ho-cau/{family}", **fields).status_code == 303
    with database.read() as db:
        found = families.family_by_id(db, family)
        assert len(families.versions_of(db, found)) == 1


def test_a_family_is_its_author_s_alone(database, desk) -> None:
    family = _family(database)
    stranger = desk("stranger")
    assert stranger.get(f"/ngan-hang/ho-cau/{family}").status_code == 403
    for verb in ("", "/thu", "/them"):
        assert stranger.post(f"/ngan-hang/ho-cau/{family}{verb}").status_code == 403
    assert "HO-T12" not in stranger.get("/ngan-hang/ho-cau").text


def test_a_family_grows_from_an_item(database, desk) -> None:
    made = desk("author").post(f"/ngan-hang/cau-hoi/{_item(database)}/ho-cau")
    assert made.status_code == 303
    assert "Đặt tên biến" in desk("author").get(made.headers["location"]).text


def test_shared_material_is_written_changed_and_compared(database, desk, now) -> None:
    author, stimulus = desk("author"), _stimulus(database)
    path = f"/ngan-hang/ngu-lieu/{stimulus}"
    looked = author.post(f"{path}/sua", ten="Bể cá", body="Có $x$ con.", lam="xem")
    assert "<math" in looked.text
    assert author.post(f"{path}/sua", ten="Bể cá", body="", lam="luu").status_code == 422
    assert author.post(f"{path}/sua", ten="Bể cá", body="Có 40 con.", lam="luu").status_code == 303
    page = author.get(path).text
    assert "<del>60</del>" in page
    assert "<ins>40</ins>" in page
    assert "60" in author.get(f"{path}?ban=1").text
    begun = author.post(f"{path}/cau-moi", dang="short", lop="12")
    item_id = uuid.UUID(begun.headers["location"].split("/")[-2])
    with database.read() as db:
        item = repository.item_by_id(db, item_id)
        content = service.draft_content(repository.draft_of(db, item))
        assert repository.stimulus_version(db, content.stimulus).body == "<p>Có 40 con.</p>"


def test_new_material_of_approved_items_goes_before_reviewers_again(
    database, desk, province, now
) -> None:
    with database.write() as db:
        author = people.load_actor(db, province.people["author"])
        stimulus = db.query(Stimulus).one()
        version = stimuli.repository.stimulus_version
        from itembank.items.stimulus_use import versions_of

        newest = versions_of(db, stimulus)[-1].hash
        assert version(db, newest) is not None
        item = make_draft(
            db, author, now=now, content=complete_choice("<p>Hỏi.</p>", stimulus=newest)
        )
        review.submit(db, author, item, now=now)
        item_id = item.id
    desk("author").post(
        f"/ngan-hang/ngu-lieu/{_stimulus_of(database)}/sua",
        ten="Bể cá",
        body="Có 40 con.",
        lam="luu",
    )
    with database.read() as db:
        item = repository.item_by_id(db, item_id)
        assert [v.number for v in repository.versions_of(db, item)] == [1, 2]
    page = desk("author").get(f"/ngan-hang/ngu-lieu/{_stimulus_of(database)}").text
    assert "câu: phiên bản 2; ngữ liệu: phiên bản 2" in page


def _stimulus_of(database):
    return _stimulus(database)


def test_new_material_needs_a_code_and_shared_material_is_not_for_everybody(database, desk) -> None:
    author = desk("author")
    refused = author.post("/ngan-hang/ngu-lieu/moi", mon="toan", body="Chữ", lam="luu")
    assert refused.status_code == 422
    assert "Chữ" in refused.text
    made = author.post(
        "/ngan-hang/ngu-lieu/moi", ma="X-1", mon="toan", ten="T", body="Chữ", lam="luu"
    )
    assert made.status_code == 303
    path = f"/ngan-hang/ngu-lieu/{_stimulus_named(database, 'X-1')}"
    assert desk("stranger").get(path).status_code == 403
    assert desk("stranger").post(f"{path}/sua", body="x").status_code == 403
    assert desk("stranger").post(f"{path}/cau-moi").status_code == 403
    assert desk("secretary").get(path).status_code == 200


def _stimulus_named(database, code: str):
    with database.read() as db:
        return repository.stimulus_by_code(db, code).id


def test_anonymous_people_are_sent_to_sign_in(database, clock, province) -> None:
    from tests.web import make_client

    client = make_client(database, clock)
    for path in ("ho-cau", "ngu-lieu", f"cau-hoi/{_item(database)}/phien-ban"):
        answer = client.get(
            f"/ngan-hang/{path}", headers={"accept": "text/html"}, follow_redirects=False
        )
        assert answer.status_code in (303, 401)
