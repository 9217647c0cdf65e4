"""Shared material has versions too: items keep the one they were appraised with."""

from __future__ import annotations

import pytest

from itembank.errors import Invalid, Refused
from itembank.items import repository, service, stimuli
from itembank.items.content import StimulusContent
from itembank.items.interactions import Recording
from itembank.items.models import Stimulus
from itembank.items.stimulus_use import choosable
from itembank.review import service as review
from tests.factories.bank import complete_choice, make_draft, make_province
from tests.factories.kinds import half_a_second


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


@pytest.fixture
def author(db, province):
    return province.actor(db, "author")


def _text(body: str = "<p>Bảng số liệu</p>") -> StimulusContent:
    return StimulusContent(subject="toan", title="Số liệu", body=body)


def test_a_changed_stimulus_leaves_items_with_the_version_they_name(db, author, now):
    first = stimuli.add_stimulus(db, author, code="NL-1", content=_text(), now=now)
    item = make_draft(db, author, now=now, content=complete_choice(stimulus=first.hash))
    version = review.submit(db, author, item, now=now)
    stimulus = db.get_one(Stimulus, first.stimulus_id)
    second = stimuli.change_stimulus(db, author, stimulus, _text("<p>Bảng mới</p>"), now=now)
    assert (first.number, second.number) == (1, 2)
    named = repository.read_version(db, version.hash).stimulus
    assert repository.stimulus_version(db, named).body == "<p>Bảng số liệu</p>"


def test_only_its_author_changes_a_stimulus(db, province, author, now):
    first = stimuli.add_stimulus(db, author, code="NL-1", content=_text(), now=now)
    stimulus = db.get_one(Stimulus, first.stimulus_id)
    stranger = province.actor(db, "stranger")
    with pytest.raises(Refused):
        stimuli.change_stimulus(db, stranger, stimulus, _text("<p>Khác</p>"), now=now)


@pytest.mark.parametrize(
    ("code", "body", "refused"),
    [
        ("NL-1", "<p>Khác</p>", "invalid"),
        ("NL-2", "<p>Bảng số liệu</p>", "identical_stimulus"),
        ("NL-2", "<script>x</script>", "stimulus_incomplete"),
        ("NL-2", f'<p>x<img src="asset:{"0" * 64}" alt="Đồ thị"></p>', "stimulus_incomplete"),
    ],
)
def test_what_cannot_be_a_new_stimulus_is_refused(db, author, now, code, body, refused):
    stimuli.add_stimulus(db, author, code="NL-1", content=_text(), now=now)
    with pytest.raises(Invalid) as caught:
        stimuli.add_stimulus(db, author, code=code, content=_text(body), now=now)
    assert caught.value.code == refused


def test_a_stimulus_is_sanitised_before_it_is_frozen(db, author, now):
    body = '<p onclick="x()">Đọc đoạn sau</p><script>alert(1)</script>'
    version = stimuli.add_stimulus(db, author, code="NL-1", content=_text(body), now=now)
    assert repository.stimulus_version(db, version.hash).body == "<p>Đọc đoạn sau</p>"


def test_an_item_naming_unknown_material_is_not_submitted(db, author, now):
    item = make_draft(db, author, now=now, content=complete_choice(stimulus="0" * 64))
    with pytest.raises(Invalid) as caught:
        review.submit(db, author, item, now=now)
    assert "stimulus" in {str(p.where) for p in caught.value.problems}


def _listening(db, author, now, transcript: str) -> StimulusContent:
    sound = service.add_sound(db, author, half_a_second(), now=now)
    recording = Recording(src=f"asset:{sound.sha256}", plays=2, transcript=transcript)
    return _text().model_copy(update={"recording": recording})


def test_a_recording_needs_its_words(db, author, now):
    with pytest.raises(Invalid) as caught:
        stimuli.add_stimulus(
            db, author, code="NL-1", content=_listening(db, author, now, " "), now=now
        )
    assert [str(p.where) for p in caught.value.problems] == ["recording.transcript"]
    told = _listening(db, author, now, "Good morning.")
    assert stimuli.add_stimulus(db, author, code="NL-1", content=told, now=now).number == 1


def test_a_recording_must_be_in_the_bank(db, author, now):
    lost = Recording(src=f"asset:{'0' * 64}", transcript="Good morning.")
    with pytest.raises(Invalid):
        content = _text().model_copy(update={"recording": lost})
        stimuli.add_stimulus(db, author, code="NL-1", content=content, now=now)


def test_an_author_chooses_among_the_newest_of_the_subject_s_material(db, province, author, now):
    first = stimuli.add_stimulus(db, author, code="NL-1", content=_text(), now=now)
    stimulus = db.get_one(Stimulus, first.stimulus_id)
    second = stimuli.change_stimulus(db, author, stimulus, _text("<p>Mới</p>"), now=now)
    assert [(s.code, v.hash) for s, v in choosable(db, author, "toan")] == [("NL-1", second.hash)]
    assert choosable(db, author, "vat-li") == []
    assert choosable(db, province.actor(db, "stranger"), "toan") == []
