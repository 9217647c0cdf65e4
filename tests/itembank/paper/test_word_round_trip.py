"""Out to Word and in again: the same item, and the same words where nothing was edited."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal

import docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.exchange.found import Placement
from itembank.exchange.identity import identity_of, read_identity
from itembank.exchange.paper import PrintedItem, paper_docx, paper_of_items
from itembank.exchange.qti import Asset
from itembank.exchange.word import import_word
from itembank.exchange.word_again import echo_of, merged
from itembank.items.content import (
    Choice,
    Criterion,
    Essay,
    ItemContent,
    Option,
    RubricLevel,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)

words = st.sampled_from(
    [
        "Cho hàm số",
        "giá trị lớn nhất",
        "bằng bao nhiêu?",
        "xét điểm M",
        "nước sôi ở 100",
        "một phần ba",
    ]
)
tex = st.sampled_from(
    [r"x^2", r"\frac12", r"\sqrt{x+1}", r"\vec{u}", r"\begin{cases} x=1 \\ y=2 \end{cases}",
     r"\int_0^1 f(x)\,dx", r"M(1;0{,}5)", r"\log_2 3", r"\ce{H2O}"]
)  # fmt: skip
inline = st.one_of(
    words,
    words.map(lambda w: f"<strong>{w}</strong>"),
    words.map(lambda w: f"<em>{w}</em>"),
    tex.map(lambda t: f'<span data-tex="{t.replace("&", "&amp;")}"></span>'),
    st.just("H<sub>2</sub>O"),
)
paragraph = st.lists(inline, min_size=1, max_size=3).map(lambda p: f"<p>Với {' '.join(p)}.</p>")
block = st.one_of(
    paragraph,
    st.just("<ul><li>một</li><li>hai</li></ul>"),
    st.just(
        "<table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"
    ),
    tex.map(lambda t: f'<div data-tex="{t.replace("&", "&amp;")}"></div>'),
)
stem = st.tuples(paragraph, st.lists(block, max_size=2)).map(lambda p: p[0] + "".join(p[1]))
reason = st.text("abc đ", max_size=10)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    bodies = draw(st.lists(paragraph, min_size=4, max_size=4))
    options = tuple(
        Option(
            id="ABCD"[n], body=body.replace("Với", f"Kết quả thứ {n} với"), rationale=draw(reason)
        )
        for n, body in enumerate(bodies)
    )
    return Choice(options=options, key=draw(st.sampled_from("ABCD")), shuffle=draw(st.booleans()))


@st.composite
def clusters(draw: st.DrawFn) -> TrueFalseCluster:
    bodies = draw(st.lists(paragraph, min_size=4, max_size=4))
    return TrueFalseCluster(
        statements=tuple(
            Statement(
                id="abcd"[n],
                body=body.replace("Với", f"Ý thứ {n} với"),
                key=draw(st.booleans()),
                rationale=draw(reason),
            )
            for n, body in enumerate(bodies)
        )
    )


shorts = st.builds(
    ShortAnswer, keys=st.sampled_from([("0,5",), ("-2",), ("12,5",)]), max_chars=st.integers(4, 8)
)
essays = st.just(
    Essay(rubric=(Criterion(id="1", criterion="Đúng", levels=(RubricLevel(points=Decimal("1")),)),))
)


@st.composite
def contents(draw: st.DrawFn) -> ItemContent:
    interaction = draw(st.one_of(choices(), clusters(), shorts, essays))
    return ItemContent(
        kind=interaction.type,
        subject="toan",
        grade=11,
        topic=draw(st.sampled_from(["", "toan.12.dao-ham"])),
        outcome="toan.12.dao-ham.1",
        level=draw(st.sampled_from([None, "biet", "hieu", "van_dung"])),
        stem=draw(stem),
        solution=draw(st.sampled_from(["", "<p>Áp dụng công thức đã học.</p>"])),
        interaction=interaction,
    )


def through_word(content: ItemContent) -> ItemContent:
    made = paper_docx(
        paper_of_items([PrintedItem(1, content)]), assets=lambda name: None, with_keys=True
    )
    (found,) = import_word(made, placement=Placement("toan", 12)).items
    assert not found.problems and found.kind == content.kind
    assert found.content is not None
    return found.content


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(contents())
def test_what_was_not_edited_comes_back_word_for_word(content: ItemContent) -> None:
    echo = echo_of(content, None, assets=lambda name: None)
    assert echo is not None
    assert merged(content, through_word(content), echo.content) == content


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(contents())
def test_a_second_way_through_word_changes_nothing(content: ItemContent) -> None:
    once = through_word(content)
    assert through_word(once) == once


def test_an_edit_is_taken_and_the_rest_of_the_field_kept() -> None:
    content = ItemContent(
        kind="short",
        subject="toan",
        grade=12,
        stem='<p>Tính <span data-tex="\\frac12"></span> của số đó.</p>',
        interaction=ShortAnswer(keys=("3",), hint="làm tròn"),
    )
    paper = paper_of_items([PrintedItem(1, content)])
    document = docx.Document(
        io.BytesIO(paper_docx(paper, assets=lambda name: None, with_keys=True))
    )
    run = next(r for p in document.paragraphs for r in p.runs if "của số đó" in r.text)
    run.text = " của tổng đó."
    out = io.BytesIO()
    document.save(out)
    (found,) = import_word(out.getvalue(), placement=Placement("toan", 12)).items
    echo = echo_of(content, None, assets=lambda name: None)
    assert found.content and echo
    made = merged(content, found.content, echo.content)
    assert made.stem == '<p>Tính <span data-tex="\\frac12"></span> của tổng đó.</p>'
    assert made.interaction == content.interaction


def test_a_picture_that_was_not_touched_stays_the_drawing_it_was() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    name = "c" * 64
    content = ItemContent(
        kind="short", subject="toan", grade=12, interaction=ShortAnswer(keys=("3",)),
        stem=f'<p>Xem hình rồi tính.</p><figure><img src="asset:{name}" alt="hình" width="40"></figure>',
    )  # fmt: skip
    assets = {name: Asset("image/svg+xml", svg)}.get
    echo = echo_of(content, None, assets=assets)
    again = echo_of(content, None, assets=assets)
    assert echo and again and name not in echo.content.stem
    assert merged(content, again.content, echo.content) == content


def test_the_name_of_an_item_travels_in_the_file() -> None:
    identity = identity_of(uuid.UUID(int=7), "ab" * 32)
    assert read_identity(str(identity)) == identity
    content = ItemContent(
        kind="short", subject="toan", grade=12, stem="<p>Tính tổng?</p>",
        interaction=ShortAnswer(keys=("3",)),
    )  # fmt: skip
    items = [PrintedItem(1, content, None, str(identity)), PrintedItem(2, content)]
    made = paper_docx(paper_of_items(items), assets=lambda name: None, with_keys=True)
    assert [item.identity for item in import_word(made).items] == [str(identity), ""]
    assert read_identity("kt:xyz") is None
