"""What the editor asks for while an author types: three views, advice, formulas, recordings."""

from __future__ import annotations

import struct

import pytest

from itembank.items.content import WRITTEN_HERE, empty_interaction
from itembank.items.models import Asset
from itembank.items.sounds import MOST_BYTES
from tests.factories.council import PASSWORD, make_council
from tests.factories.forms import choice_content, cluster_content, short_content
from tests.web import make_client, sign_in


@pytest.fixture
def client(database, now, clock):
    with database.write() as db:
        make_council(db, now)
    return make_client(database, clock)


@pytest.fixture
def author(client):
    """The token of the author, who has signed in."""
    return sign_in(client, "author", PASSWORD)


def views_of(client, csrf, content):
    sent = content if isinstance(content, dict) else content.model_dump(mode="json", by_alias=True)
    answer = client.post(
        "/ngan-hang/api/xem-truoc", json={"content": sent}, headers={"X-CSRF-Token": csrf}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def wav(samples=800):
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 8_000, 1, 8)
    data = struct.pack("<I", samples) + bytes([128]) * samples
    return b"RIFF" + struct.pack("<I", 36 + samples) + b"WAVEfmt " + form + b"data" + data


def upload(client, csrf, body, name="bai-nghe.mp3"):
    return client.post(
        "/ngan-hang/api/am-thanh",
        files={"file": (name, body, "audio/mpeg")},
        headers={"X-CSRF-Token": csrf},
    )


def test_none_of_the_three_views_tells_key_or_rationale(client, author):
    for make in (choice_content, cluster_content, short_content):
        shown = views_of(client, author, make(stem="<p>Lời dẫn riêng</p>"))
        for view in ("preview_html", "paper_html", "heard"):
            told = str(shown[view])
            assert "Lời dẫn riêng" in told
            for secret in ("vì A", "bí mật", "Lời giải kín", "checked", "3,5</"):
                assert secret not in told, view


def test_a_new_draft_of_any_kind_can_be_seen_printed_and_heard(client, author):
    content = choice_content().model_dump(mode="json", by_alias=True)
    for kind in WRITTEN_HERE:
        empty = empty_interaction(kind).model_dump(mode="json")
        shown = views_of(client, author, content | {"kind": kind, "interaction": empty})
        assert shown["heard"][0]["role"] == "Lời dẫn", kind
        assert "Câu 1." in shown["paper_html"], kind
        assert {"where", "what"} == set(shown["problems"][0]), kind


def test_advice_comes_with_its_place_and_its_reason(client, author):
    content = choice_content(stem="<p>Phát biểu nào sau đây sai?</p>")
    (hint,) = [h for h in views_of(client, author, content)["hints"] if h["where"] == "stem"]
    assert hint["what"].startswith("Câu hỏi phủ định")
    assert hint["why"].startswith("Đọc lướt")
    assert hint["key"]


def test_a_recording_is_stored_once_and_played_as_what_it_is(client, author, database):
    first, again = upload(client, author, wav()), upload(client, author, wav(), name="x.wav")
    assert first.status_code == 200
    assert first.json() == again.json()
    played = client.get(first.json()["url"])
    assert (played.headers["content-type"], played.content) == ("audio/wav", wav())
    assert played.headers["x-content-type-options"] == "nosniff"
    with database.read() as db:
        stored = db.get_one(Asset, first.json()["sha256"])
        assert (stored.media_type, stored.width, stored.height) == ("audio/wav", 0, 0)


def test_what_is_no_recording_or_too_large_is_refused_with_what_to_do(client, author):
    refused = upload(client, author, b"MZ" + bytes(500))
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_a_sound")
    large = upload(client, author, wav(MOST_BYTES + 1))
    assert large.status_code == 413
    assert "MB" in large.json()["error"]["message"]


def test_recordings_are_added_by_teachers(client):
    csrf = sign_in(client, "secretary", PASSWORD)
    assert upload(client, csrf, wav()).status_code == 403


def test_the_transcript_stays_with_the_author(client, author):
    name = upload(client, author, wav()).json()["sha256"]
    content = choice_content().model_dump(mode="json", by_alias=True)
    content["recording"] = {"src": f"asset:{name}", "plays": 1, "transcript": "lời thoại kín"}
    shown = views_of(client, author, content)
    assert "lời thoại kín" not in str(shown)
    assert f"/ngan-hang/hinh/{name}" in shown["preview_html"]
    assert {"role": "Nút nghe", "words": "Đoạn âm thanh, nghe được 1 lần"} in shown["heard"]
