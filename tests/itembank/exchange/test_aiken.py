"""Aiken: strict, faults by line; what leaves comes back the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.errors import Invalid
from itembank.exchange.aiken import export_aiken, import_aiken
from itembank.exchange.exported import ExportedItem
from itembank.exchange.found import FoundItem, Placement
from itembank.items.content import Choice, ItemContent, StimulusContent
from itembank.items.html import sanitise

from .kinds_of_items import choices, html, items, lines

GOOD = "Thủ đô của Việt Nam?\nA. Huế\nB) Hà Nội\nC. Vinh\nANSWER: B\n"


def read(text: str) -> list[FoundItem]:
    return list(import_aiken(text.encode(), Placement("dia-li", 12)).items)


plain_lines = lines.map(sanitise)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    items(
        choices(plain_lines, st.just("")).map(lambda c: c.model_copy(update={"shuffle": True})),
        stem=plain_lines.map(lambda t: f"<p>{t}</p>"),
        solution=st.just(""),
    )
)
def test_a_choice_in_plain_text_comes_back_the_same(content: ItemContent) -> None:
    bare = content.model_copy(
        update={"topic": "", "outcome": "", "level": None, "minutes": None, "real_life": False}
    )
    made = export_aiken([ExportedItem("T1", bare)])
    if not made.written:
        assert "T1" in str(made.untold[0].where)
        return
    report = import_aiken(made.body, Placement(content.subject, content.grade))
    assert [item.content for item in report.items] == [bare]
    assert not made.untold and not report.items[0].problems


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(choices(), stem=html()))
def test_whatever_is_written_reads_back_with_the_same_key(content: ItemContent) -> None:
    made = export_aiken([ExportedItem("T1", content)])
    found = import_aiken(made.body).items
    assert len(found) == made.written
    for item in found:
        assert isinstance(content.interaction, Choice)
        assert item.key == content.interaction.key and item.is_settled


def test_two_questions() -> None:
    first, second = read(GOOD + "\n" + GOOD.replace("ANSWER: B", "ANSWER: C"))
    assert (first.kind, first.stem, first.key) == ("choice", "Thủ đô của Việt Nam?", "B")
    assert first.options == ("Huế", "Hà Nội", "Vinh")
    assert second.key == "C"
    assert first.is_settled and second.is_settled


def test_formulas_and_signs_of_html() -> None:
    (item,) = read("Nghiệm của \\(x^2<4\\) khi a<b & c?\nA. \\(x=2\\)\nB. <b>\nANSWER: A")
    assert item.stem == "Nghiệm của $x^2<4$ khi a<b & c?"
    assert item.options == ("$x=2$", "<b>")


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("ANSWER: B", "Answer: B"), 5, "ANSWER: B"),
        (("ANSWER: B", "ANSWER: BC"), 5, "ANSWER: B"),
        (("ANSWER: B", "Đáp án: B"), 5, "ANSWER: B"),
        (("ANSWER: B", "ANSWER: D"), 6, "D"),
        (("ANSWER: B\n", ""), 5, "ANSWER"),
        (("B) Hà", "C) Hà"), 3, "phải là B"),
        (("B) Hà Nội", "b) Hà Nội"), 3, "dấu cách"),
        (("B) Hà", "B)Hà"), 3, "dấu cách"),
        (("C. Vinh", "Vinh"), 4, "một dòng"),
        (("B) Hà Nội\nC. Vinh\n", ""), 4, "hai phương án"),
        (("Thủ đô của Việt Nam?\n", ""), 1, "lời dẫn"),
    ],
)
def test_a_fault_is_told_at_its_line(change: tuple[str, str], line: int, said: str) -> None:
    (item,) = read(GOOD.replace(*change))
    told = {str(p.where): str(p.what) for p in item.problems}
    assert said in told[f"Câu 1, dòng {line}"]
    assert not item.is_settled


def test_a_fault_does_not_reach_the_next_question() -> None:
    first, second = read(GOOD.replace("ANSWER: B\n", "") + "\n" + GOOD)
    assert not first.is_settled and second.is_settled


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read(encoding: str) -> None:
    (item,) = import_aiken(GOOD.replace("\n", "\r\n").encode(encoding)).items
    assert item.stem == "Thủ đô của Việt Nam?" and item.is_settled


def test_decomposed_letters_are_composed() -> None:
    import unicodedata

    (item,) = read(unicodedata.normalize("NFD", GOOD))
    assert item.stem == "Thủ đô của Việt Nam?"


TCVN3 = "Thñ ®« cña ViÖt Nam? §Ò thi m«n To¸n".encode("latin-1")


def test_old_encodings_are_named() -> None:
    with pytest.raises(Invalid) as caught:
        import_aiken(TCVN3 + b"\nA. Hu\xd5\nB. H\xb5 N\xe9i\nANSWER: B")
    assert "TCVN3" in str(caught.value)
    (item,) = read(TCVN3.decode("latin-1") + "\nA. HuÕ\nB. Hµ Néi\nANSWER: B")
    assert "TCVN3" in str(item.problems[0].what)


@pytest.mark.parametrize(
    "raw", [b"%PDF-1.7", b"PK\x03\x04abc", b"a\0b", b"\xff\xfeabc", b"\x80\x81"]
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        import_aiken(raw)


def test_losses_are_named() -> None:
    (content,) = [item.content for item in read(GOOD)]
    assert content is not None
    rich = content.model_copy(update={"solution": "<p>x</p>", "level": "biet"})
    passage = StimulusContent(subject="dia-li", body="<p>x</p>")
    made = export_aiken([ExportedItem("T1", rich), ExportedItem("T2", content, passage)])
    assert made.written == 1
    assert [str(part.where)[:6] for part in made.untold] == ["Câu T1", "Câu T1", "Câu T2"]
