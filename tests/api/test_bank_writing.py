"""Writing an item over HTTP: created, saved, refused while incomplete, submitted."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from itembank.items import repository
from itembank.items.models import Item
from itembank.review import repository as rounds
from tests.factories.council import PASSWORD, make_council, make_draft
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content
from tests.web import make_client, sign_in


@pytest.fixture
def council(database, now):
    with database.write() as db:
        return make_council(db, now)


@pytest.fixture
def client(database, council, clock):
    return make_client(database, clock)


@pytest.fixture
def draft(database, council, now):
    with database.write() as db:
        return make_draft(db, council, choice_content(), now=now)


def _save(client, csrf, item, content, revision):
    sent = content if isinstance(content, dict) else content.model_dump(mode="json", by_alias=True)
    return client.put(
        f"/ngan-hang/api/cau-hoi/{item.id}/nhap",
        json={"revision": revision, "content": sent},
        headers={"X-CSRF-Token": csrf},
    )


def _editor_data(page):
    found = re.search(r'id="editor-data">(.*?)</script>', page.text, re.S)
    return json.loads(found[1])


@pytest.mark.parametrize("path", ["/viec-cua-toi", "/ngan-hang/cau-hoi/moi"])
def test_strangers_are_sent_to_sign_in(client, path):
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/dang-nhap")


@pytest.mark.parametrize("path", ["/viec-cua-toi", "/ngan-hang/cau-hoi/moi"])
def test_writing_is_for_teachers(client, path):
    sign_in(client, "secretary", PASSWORD)
    assert client.get(path).status_code == 403


def test_a_teacher_creates_an_item_and_finds_it_among_the_drafts(client):
    csrf = sign_in(client, "author", PASSWORD)
    asked = {"csrf_token": csrf, "kind": "choice", "subject": "toan", "grade": "12", "topic": ""}
    page = client.post("/ngan-hang/cau-hoi/moi", data=asked)
    assert page.status_code == 200
    data = _editor_data(page)
    assert [o["id"] for o in data["content"]["interaction"]["options"]] == list("ABCD")
    assert data["item"]["code"] in client.get("/viec-cua-toi").text


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "oral"), ("grade", "0"), ("grade", "x"), ("topic", "vat-li.12.x")]
)
def test_an_impossible_choice_is_told_beside_its_field(client, field, value):
    csrf = sign_in(client, "author", PASSWORD)
    asked = {"csrf_token": csrf, "kind": "choice", "subject": "toan", "grade": "12", "topic": ""}
    page = client.post("/ngan-hang/cau-hoi/moi", data={**asked, field: value})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text


@pytest.mark.parametrize(
    "make",
    [choice_content, cluster_content, short_content, essay_content],
    ids=lambda f: f.__name__,
)
def test_the_preview_shows_the_stem_and_never_the_rationale(client, make):
    csrf = sign_in(client, "author", PASSWORD)
    content = make(stem="<p>Lời dẫn riêng</p>").model_dump(mode="json", by_alias=True)
    answer = client.post(
        "/ngan-hang/api/xem-truoc", json={"content": content}, headers={"X-CSRF-Token": csrf}
    )
    assert answer.status_code == 200
    shown = answer.json()["preview_html"]
    assert "Lời dẫn riêng" in shown
    for secret in ("vì A", "bí mật", "Lời giải kín", "checked", "3,5</"):
        assert secret not in shown


def test_the_preview_is_sanitised(client):
    csrf = sign_in(client, "author", PASSWORD)
    content = choice_content(stem="<p onclick=x>a<script>alert(1)</script></p>")
    sent = {"content": content.model_dump(mode="json", by_alias=True)}
    answer = client.post("/ngan-hang/api/xem-truoc", json=sent, headers={"X-CSRF-Token": csrf})
    assert "script" not in answer.json()["preview_html"]
    assert "onclick" not in answer.json()["preview_html"]


def test_a_saved_draft_comes_back_and_a_stale_one_is_refused(client, draft):
    csrf = sign_in(client, "author", PASSWORD)
    data = _editor_data(client.get(f"/ngan-hang/cau-hoi/{draft.id}/soan"))
    content = choice_content(stem='<p>Tính <span data-tex="x^2"></span></p>')
    saved = _save(client, csrf, draft, content, data["revision"])
    assert saved.status_code == 200
    assert saved.json()["revision"] == data["revision"] + 1
    assert "<math" in saved.json()["preview_html"]
    stale = _save(client, csrf, draft, choice_content(), data["revision"])
    assert stale.status_code == 409
    assert stale.json()["error"]["code"] == "draft_conflict"
    assert stale.json()["error"]["theirs"]["revision"] == data["revision"] + 1
    again = _editor_data(client.get(f"/ngan-hang/cau-hoi/{draft.id}/soan"))
    assert again["content"]["stem"] == content.stem


def test_nobody_saves_a_draft_of_another_or_without_the_token(client, draft):
    csrf = sign_in(client, "colleague", PASSWORD)
    assert _save(client, csrf, draft, choice_content(), 2).status_code == 403
    assert client.get(f"/ngan-hang/cau-hoi/{draft.id}/soan").status_code == 403
    sign_in(client, "author", PASSWORD)
    assert _save(client, "", draft, choice_content(), 2).status_code == 403


def test_an_unreadable_draft_is_refused_with_where(client, draft):
    csrf = sign_in(client, "author", PASSWORD)
    broken = choice_content().model_dump(mode="json", by_alias=True) | {"grade": "mười hai"}
    answer = _save(client, csrf, draft, broken, 2)
    assert answer.status_code == 422
    assert any("grade" in p["where"] for p in answer.json()["error"]["problems"])


def test_an_item_without_a_key_is_not_submitted(database, client, draft):
    csrf = sign_in(client, "author", PASSWORD)
    saved = _save(client, csrf, draft, choice_content(key=None), 2)
    assert {"where": "key"}.items() <= saved.json()["problems"][0].items()
    page = client.post(f"/ngan-hang/cau-hoi/{draft.id}/gui", data={"csrf_token": csrf})
    assert page.status_code == 422
    assert "chưa có đáp án" in page.text
    with database.read() as db:
        assert db.get(Item, draft.id).state == "draft"


def test_a_complete_item_goes_to_appraisal_and_can_be_withdrawn(database, client, draft):
    csrf = sign_in(client, "author", PASSWORD)
    sent = client.post(
        f"/ngan-hang/cau-hoi/{draft.id}/gui", data={"csrf_token": csrf}, follow_redirects=False
    )
    assert sent.status_code == 303
    with database.read() as db:
        item = repository.item_by_id(db, draft.id)
        round_ = rounds.open_round(db, item)
        assert len(rounds.tasks_of_round(db, round_.id)) == 2
    assert "Phản biện" in client.get("/viec-cua-toi").text
    client.post(f"/ngan-hang/cau-hoi/{draft.id}/rut", data={"csrf_token": csrf, "reason": "nhầm"})
    with database.read() as db:
        assert repository.item_by_id(db, draft.id).state == "withdrawn"


def test_a_formula_is_drawn_and_a_broken_one_says_where(client):
    csrf = sign_in(client, "author", PASSWORD)
    headers = {"X-CSRF-Token": csrf}
    drawn = client.post("/ngan-hang/api/cong-thuc", json={"tex": r"\frac12"}, headers=headers)
    assert "<mfrac>" in drawn.json()["mathml"]
    broken = client.post("/ngan-hang/api/cong-thuc", json={"tex": r"\frac{1}{2"}, headers=headers)
    assert broken.status_code == 422
    assert broken.json()["error"]["position"] == 8


def _png(width=4, height=3):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def _upload(client, csrf, raw):
    return client.post(
        "/ngan-hang/api/assets",
        files={"file": ("hinh.png", raw, "image/png")},
        headers={"X-CSRF-Token": csrf},
    )


def test_a_picture_is_stored_and_served_harmlessly(client):
    csrf = sign_in(client, "author", PASSWORD)
    answer = _upload(client, csrf, _png())
    assert answer.status_code == 200
    assert (answer.json()["width"], answer.json()["height"]) == (4, 3)
    served = client.get(answer.json()["url"])
    assert served.headers["content-type"] == "image/png"
    assert "sandbox" in served.headers["content-security-policy"]
    assert served.headers["x-content-type-options"] == "nosniff"


def test_pictures_are_not_for_strangers(database, client, clock):
    csrf = sign_in(client, "author", PASSWORD)
    url = _upload(client, csrf, _png()).json()["url"]
    answer = make_client(database, clock).get(url, follow_redirects=False)
    assert answer.headers["location"].startswith("/dang-nhap")


def test_a_50_mb_picture_and_a_text_file_are_refused_in_plain_words(client):
    csrf = sign_in(client, "author", PASSWORD)
    big = _upload(client, csrf, b"\x89PNG" + b"0" * 50_000_000)
    assert big.status_code == 413
    assert "MB" in big.json()["error"]["message"]
    assert _upload(client, csrf, b"not a picture").status_code == 422


def test_a_draft_with_a_nul_character_breaks_nothing(client, draft):
    csrf = sign_in(client, "author", PASSWORD)
    content = choice_content(stem="<p>a\0b</p>").model_dump(mode="json", by_alias=True)
    content["interaction"]["options"][0]["rationale"] = "vì\0 A"
    assert _save(client, csrf, draft, content, 2).status_code in {200, 422}
    csrf_form = {"csrf_token": csrf, "kind": "choice", "subject": "toan", "grade": "12"}
    answer = client.post("/ngan-hang/cau-hoi/moi", data={**csrf_form, "topic": "\0"})
    assert answer.status_code == 422
