"""Shared material on its form and in the editor: a recording with its words, a choice on a draft."""

from __future__ import annotations

import json
import re

import pytest

from itembank.items import repository, service
from itembank.items.content import StimulusContent
from itembank.items.stimuli import add_stimulus
from itembank.items.stimulus_use import versions_of, visible_stimuli
from tests.factories.council import make_council, make_draft
from tests.factories.forms import choice_content
from tests.factories.kinds import half_a_second
from tests.factories.web import Desk

NEW = "/ngan-hang/ngu-lieu/moi"


@pytest.fixture
def council(database, now):
    with database.write() as db:
        return make_council(db, now)


@pytest.fixture
def author(database, clock, council):
    return Desk(database, clock, "author")


def typed(**more):
    return {"ma": "NGHE-1", "mon": "toan", "ten": "Bài nghe", "body": "Nghe rồi trả lời."} | more


def test_a_sound_is_added_kept_while_one_types_and_saved_with_its_words(database, author, council):
    page = author.post(NEW, files={"am": ("a.wav", half_a_second())}, **typed(lam="am")).text
    name = re.search(r'name="am_thanh" value="([0-9a-f]{64})"', page).group(1)
    sent = typed(am_thanh=name, nghe="3", lam="luu")
    refused = author.post(NEW, **sent)
    assert refused.status_code == 422
    assert 'href="#recording.transcript"' in refused.text
    assert name in refused.text
    assert author.post(NEW, **sent, loi_thoai="Good morning.").status_code == 303
    with database.read() as db:
        (stimulus,) = visible_stimuli(db, council.actor(db, "author"))
        found = repository.stimulus_version(db, versions_of(db, stimulus)[-1].hash).recording
        assert (found.src, found.plays, found.transcript) == (f"asset:{name}", 3, "Good morning.")
        path = f"/ngan-hang/ngu-lieu/{stimulus.id}"
    assert "Good morning." in author.get(path).text
    assert "Good morning." in author.get(f"{path}/sua").text


@pytest.mark.parametrize("sound", [b"no sound", b""])
def test_what_is_no_sound_is_refused_and_nothing_typed_is_lost(author, sound):
    answer = author.post(NEW, files={"am": ("a.mp3", sound)}, **typed(lam="am"))
    assert answer.status_code == 422
    assert "Nghe rồi trả lời." in answer.text


def test_the_editor_offers_the_material_of_the_subject_and_keeps_the_choice(
    database, author, council, now
):
    with database.write() as db:
        actor = council.actor(db, "author")
        content = StimulusContent(subject="toan", title="Bảng giá", body="<p>Bảng giá vé.</p>")
        chosen = add_stimulus(db, actor, code="NL-1", content=content, now=now).hash
        draft = make_draft(db, council, choice_content(), now=now)
        draft_id = draft.id
    data = editor_data(author, draft_id)
    assert data["stimuli"] == [{"hash": chosen, "name": "NL-1 · Bảng giá"}]
    sent = {"revision": data["revision"], "content": data["content"] | {"stimulus": chosen}}
    saved = author.client.put(
        f"/ngan-hang/api/cau-hoi/{draft_id}/nhap", json=sent,
        headers={"X-CSRF-Token": author.token},
    ).json()  # fmt: skip
    assert "Bảng giá vé." in saved["preview_html"]
    with database.read() as db:
        kept = repository.draft_of(db, repository.item_by_id(db, draft_id))
        assert service.draft_content(kept).stimulus == chosen


def test_the_editor_names_the_subject_in_the_reader_s_language(database, author, council, now):
    with database.write() as db:
        draft_id = make_draft(db, council, choice_content(), now=now).id
    assert editor_data(author, draft_id)["subject_name"] == "Toán"
    author.client.cookies.set("khaothi_lang", "en")
    assert editor_data(author, draft_id)["subject_name"] == "Mathematics"


def editor_data(author, draft_id):
    page = author.get(f"/ngan-hang/cau-hoi/{draft_id}/soan").text
    return json.loads(re.search(r'id="editor-data">(.*?)</script>', page, re.S)[1])
