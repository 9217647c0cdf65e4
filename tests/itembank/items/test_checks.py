"""What blocks submission, and what a response is compared with."""

from __future__ import annotations

import json
import struct
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import Invalid, TooLarge
from itembank.items import checks, service, sounds
from itembank.items.content import (
    Choice,
    ItemContent,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
    canonical_bytes,
    read_item,
)
from itembank.items.interactions import Area, Cloze, Gap, Hotspot, Recording
from itembank.items.interactions import Option as Offered
from itembank.items.numbers import is_one_of, parse_vn_value
from itembank.scoring.rules import Weight, score

PICTURE = f'<img src="asset:{"a" * 64}" alt="tế bào">'
BARE_PICTURE = f'<img src="asset:{"a" * 64}" alt="">'


def item(interaction: Any, stem: str = "<p>Hỏi?</p>", **changes: Any) -> ItemContent:
    about = {"topic": "t", "outcome": "o", "level": "biet"}
    given = {"kind": interaction.type, "subject": "toan", "grade": 12, "stem": stem, **about}
    return ItemContent.model_validate({**given, "interaction": interaction, **changes})


def places(content: ItemContent) -> set[str]:
    return {str(problem.where) for problem in checks.problems(content)}


def test_a_picture_without_description_is_found_wherever_it_stands() -> None:
    option = Option(id="A", body=BARE_PICTURE, rationale="x")
    other = Option(id="B", body="<p>b</p>", rationale="x")
    choice = Choice(options=(option, other), key="A")
    assert places(item(choice)) == {"options.A.body"}
    assert "solution" in places(item(choice, solution=BARE_PICTURE))
    spot = Hotspot(
        picture=BARE_PICTURE, areas=(Area(id="A", shape="rect", label="x"),), keys=("A",)
    )
    assert places(item(spot)) == {"picture"}


def test_an_area_needs_a_name_for_those_who_do_not_see_it() -> None:
    areas = (Area(id="A", shape="rect", coords=(0, 0, 1, 1)),)
    assert places(item(Hotspot(picture=PICTURE, areas=areas, keys=("A",)))) == {"areas.A"}


def test_gaps_of_the_text_and_of_the_key_are_the_same() -> None:
    gap = Gap(id="g1", keys=("went",))
    stem = '<p>She <span data-gap="g1"></span>.</p>'
    assert places(item(Cloze(gaps=(gap,)), stem)) == set()
    assert places(item(Cloze(gaps=(gap,)))) == {"gaps.g1"}
    assert places(item(Cloze(gaps=(gap,)), stem + stem)) == {"stem"}
    assert places(item(Cloze(gaps=(gap.model_copy(update={"keys": (" ",)}),)), stem)) == {"gaps.g1"}


def test_a_recording_needs_its_transcript() -> None:
    recording = Recording(src="asset:" + "a" * 64)
    short = ShortAnswer(keys=("1",))
    assert places(item(short, recording=recording)) == {"recording.transcript"}


def cluster(*shares: str, count: int = 4) -> TrueFalseCluster:
    statements = tuple(
        Statement(id="abcdefghij"[n], body=f"<p>{n}</p>", key=True, rationale="x")
        for n in range(count)
    )
    return TrueFalseCluster(statements=statements, shares=tuple(Decimal(s) for s in shares))


def test_a_score_table_rises_from_nothing_to_all_with_an_entry_for_each_count() -> None:
    assert places(item(cluster())) == set()
    assert places(item(cluster("0", "0.1", "0.25", "0.5", "1"))) == set()
    for wrong in (("0", "1"), ("0", "0.5", "0.25", "0.5", "1"), ("0.1", "0.2", "0.3", "0.4", "1")):
        assert places(item(cluster(*wrong))) == {"shares"}


def test_a_cluster_may_have_many_statements() -> None:
    many = item(cluster(count=10))
    assert places(many) == set()
    told = {name: True for name in "abcdefghij"}
    table = Weight(tuple(Decimal(n) for n in range(11)))
    assert score(many, told, table).category == 10


def test_a_short_key_must_be_typable() -> None:
    assert places(item(ShortAnswer(keys=("0,5",), charset="0-9"))) == {"keys"}
    assert places(item(ShortAnswer(keys=("1/3",), charset="0-9,/-"))) == set()
    assert places(item(ShortAnswer(keys=("1/3",)))) == {"keys"}
    assert places(item(ShortAnswer(keys=("12345",)))) == {"keys"}


WHOLE = Weight((Decimal(0), Decimal(1)))


@pytest.mark.parametrize(
    ("keys", "tolerance", "typed", "category"),
    [
        (("0,5",), None, "1/2", 1),
        (("1/3",), None, "0,33", 0),
        (("1/3",), Decimal("0.01"), "0,33", 1),
        (("2",), Decimal("0.1"), "2,1", 1),
        (("2",), Decimal("0.1"), "2,11", 0),
        (("2",), None, "hai", 0),
        (("2",), None, "2/0", 0),
        (("-2",), None, "−2", 1),
    ],
)
def test_a_number_is_right_when_it_is_near_enough(
    keys: tuple[str, ...], tolerance: Decimal | None, typed: str, category: int
) -> None:
    content = item(ShortAnswer(keys=keys, tolerance=tolerance, charset="0-9,/-"))
    assert score(content, typed, WHOLE).category == category


@given(st.integers(-999, 999), st.integers(1, 99))
def test_a_fraction_is_its_own_value(over: int, under: int) -> None:
    assert parse_vn_value(f"{over}/{under}") == parse_vn_value(str(over)) / under  # type: ignore[operator]
    assert is_one_of(f"{2 * over}/{2 * under}", [f"{over}/{under}"])


def test_fields_that_joined_later_change_no_stored_bytes() -> None:
    """The name of a version is the hash of its bytes: silence must leave no trace in them."""
    content = item(cluster())
    written = json.loads(canonical_bytes(content))
    assert "shares" not in written["interaction"]
    assert {"recording", "qti"}.isdisjoint(written)
    assert (
        "tolerance"
        not in json.loads(canonical_bytes(item(ShortAnswer(keys=("1",)))))["interaction"]
    )
    told = item(
        cluster("0", "0.1", "0.25", "0.5", "1"), recording=Recording(src="asset:" + "b" * 64)
    )
    assert read_item(canonical_bytes(told)) == told


def test_every_piece_of_markup_is_cleaned_and_notes_are_left_alone() -> None:
    evil = "<script>run()</script><img src=x onerror=run()>"
    spot = item(Hotspot(picture=PICTURE + evil, areas=(), keys=()))
    assert service.clean(spot).interaction.model_dump()["picture"] == PICTURE + "<img>"
    gap = item(Cloze(gaps=(Gap(id="g1", options=(Offered(id="A", body=evil),)),)))
    assert "script" not in json.dumps(service.clean(gap).model_dump(mode="json"))
    notes = item(TrueFalseCluster(statements=(Statement(id="a", body="x", rationale="a < b"),)))
    assert service.clean(notes) == notes


def wav() -> bytes:
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 8_000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 40)
        + b"WAVEfmt "
        + form
        + b"data"
        + struct.pack("<I", 4)
        + b"\x80" * 4
    )


MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes
SOUNDS = {
    "audio/wav": wav(),
    "audio/mpeg": MP3_FRAME * 3,
    "audio/ogg": b"OggS" + bytes(24) + b"OpusHead" + bytes(50),
    "audio/mp4": struct.pack(">I", 24) + b"ftypM4A " + bytes(40),
}


@pytest.mark.parametrize("media_type", SOUNDS)
def test_a_sound_is_known_by_its_bytes(media_type: str) -> None:
    assert sounds.accept(SOUNDS[media_type]).media_type == media_type


def test_a_tag_before_the_first_frame_is_passed_over() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 2, 1]) + bytes(257)
    assert sounds.media_type_of(tag + MP3_FRAME * 2) == "audio/mpeg"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"MZ" + bytes(500), b"\xff\xfb\x90\x00" + b"A" * 800, b"<svg></svg>", b"ID3",
        b"RIFF\x00\x00\x00\x00AVI fmt ", b"OggS" + bytes(100),
        struct.pack(">I", 24) + b"ftypmp42" + bytes(40) + b"vide",
    ],
)  # fmt: skip
def test_what_is_no_sound_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        sounds.accept(raw)


def test_a_sound_is_bounded() -> None:
    with pytest.raises(TooLarge):
        sounds.accept(MP3_FRAME * (sounds.MOST_BYTES // len(MP3_FRAME) + 1))
