"""What differs between two versions of an item: key first, moves told as moves."""

from __future__ import annotations

import pytest

from itembank.difference.versions import Difference, difference_of, difference_of_stimuli
from itembank.items.content import Choice, ItemContent, Option, StimulusContent
from tests.factories.bank import complete_choice
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content
from tests.factories.kinds import _content, _interactions

PICTURE = "c" * 64
EVERY_KIND = {kind: _content(kind, told, None) for kind, told in _interactions(PICTURE).items()}
BODIES = {"A": "<p>một câu trả lời</p>", "B": "<p>hai</p>", "C": "<p>ba</p>", "D": "<p>bốn</p>"}


def _item(bodies: dict[str, str], key: str, **changes: object) -> ItemContent:
    options = tuple(Option(id=i, body=b, rationale=f"Vì {b[3:-4]}") for i, b in bodies.items())
    return complete_choice(interaction=Choice(options=options, key=key).model_dump(), **changes)


def _fates(found: Difference) -> dict[str, str]:
    return {part.code: part.fate for part in found.changed}


@pytest.mark.parametrize("make", [choice_content, cluster_content, short_content, essay_content])
def test_a_version_does_not_differ_from_itself(make) -> None:
    content = make()
    assert not difference_of(content, content)


@pytest.mark.parametrize("kind", sorted(EVERY_KIND))
def test_no_kind_differs_from_itself_and_each_notices_a_new_stem(kind: str) -> None:
    content = EVERY_KIND[kind]
    assert not difference_of(content, content)
    other = content.model_copy(update={"stem": content.stem + "<p>Thêm một ý.</p>"})
    assert _fates(difference_of(content, other)) == {"stem": "changed"}


def test_another_key_stands_first_and_is_judged() -> None:
    found = difference_of(_item(BODIES, "A"), _item(BODIES, "B", stem="<p>Khác.</p>"))
    assert [part.code for part in found.changed] == ["key", "stem"]
    assert [part.code for part in found.judged] == ["key"]


def test_options_that_changed_places_moved_and_the_key_with_them_is_the_same_key() -> None:
    moved = {**BODIES, "A": BODIES["C"], "C": BODIES["A"]}
    found = difference_of(_item(BODIES, "A"), _item(moved, "C"))
    assert _fates(found) == {"key": "moved", "option.A": "moved", "option.C": "moved"}
    assert not found.judged
    told = {part.code: str(part.came_from) for part in found.changed}
    assert told == {"key": "A", "option.A": "Phương án C", "option.C": "Phương án A"}


def test_a_key_left_behind_when_options_moved_is_another_key() -> None:
    moved = {**BODIES, "A": BODIES["C"], "C": BODIES["A"]}
    assert [p.fate for p in difference_of(_item(BODIES, "A"), _item(moved, "A")).judged] == [
        "changed"
    ]


def test_an_option_that_moved_and_changed_a_little_is_compared_with_what_it_was() -> None:
    moved = {
        "A": BODIES["B"],
        "B": "<p>một câu trả lời khác</p>",
        "C": "<p>ba</p>",
        "D": "<p>bốn</p>",
    }
    (part,) = (
        p
        for p in difference_of(_item(BODIES, "C"), _item(moved, "C")).changed
        if p.code == "option.B"
    )
    assert (part.fate, str(part.came_from)) == ("changed", "Phương án A")
    assert "<ins>khác</ins>" in part.marked.after


def test_an_option_taken_out_stays_where_it_stood() -> None:
    fewer = {name: body for name, body in BODIES.items() if name != "B"}
    found = difference_of(_item(BODIES, "A"), _item(fewer, "A"))
    assert _fates(found)["option.B"] == "gone"
    codes = [part.code for part in found.parts]
    assert codes.index("option.A") < codes.index("option.B") < codes.index("option.C")


def test_a_changed_rubric_is_judged() -> None:
    old = essay_content()
    rubric = old.interaction.rubric
    level = rubric[0].levels[0].model_copy(update={"text": "khác hẳn"})
    row = rubric[0].model_copy(update={"levels": (level, *rubric[0].levels[1:])})
    part = old.interaction.model_copy(update={"rubric": (row, *rubric[1:])})
    found = difference_of(old, old.model_copy(update={"interaction": part}))
    assert [p.group for p in found.judged] == ["rubric"]


def test_facts_about_the_item_differ_in_words() -> None:
    found = difference_of(_item(BODIES, "A", level="biet"), _item(BODIES, "A", level="hieu"))
    (part,) = found.changed
    assert (part.marked.before, part.marked.after) == (
        "<p> <del>Biết</del></p>",
        "<p> <ins>Hiểu</ins></p>",
    )


def test_shared_material_is_compared_with_the_item() -> None:
    old = StimulusContent(subject="toan", title="Bể cá", body="<p>Có 60 con.</p>")
    new = old.model_copy(update={"body": "<p>Có 40 con.</p>"})
    item = _item(BODIES, "A")
    assert _fates(difference_of(item, item, old_stimulus=old, new_stimulus=new)) == {
        "stimulus": "changed"
    }
    assert difference_of_stimuli(old, new)
    assert not difference_of_stimuli(old, old)
