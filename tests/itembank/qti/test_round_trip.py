"""What leaves as QTI comes back the same; what another system reads is the same item."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.exchange.guards import parse_xml
from itembank.exchange.qti import from_qti, to_qti
from itembank.exchange.qti.telling import key_of, options_of, stem_text
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
from itembank.items.html import sanitise
from itembank.items.interactions import (
    Area,
    Cloze,
    Gap,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Order,
    Part,
)

LETTERS = "ABCDEFGH"
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.text("abcdeĐườngα0123 <>&\"'", max_size=20)
tex = st.sampled_from([r"x^2", r"\frac{1}{2}", r"\sqrt{x+1}", "a<b", r"\vec{u}", r"{broken"])


@st.composite
def html(draw: st.DrawFn) -> str:
    pieces = [
        draw(
            st.one_of(
                plain.map(lambda t: f"<p>{_safe(t)}</p>"),
                text.map(_safe),
                tex.map(lambda t: f'<span data-tex="{_safe(t)}"></span>'),
                st.just("<table><tbody><tr><td>1</td><td><br></td></tr></tbody></table>"),
                st.just(f'<img src="asset:{"0a" * 32}" alt="hình &quot;1&quot;" width="40">'),
                st.just("<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math>"),
            )
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return sanitise("".join(pieces))


def _safe(raw: str) -> str:
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@st.composite
def options(draw: st.DrawFn, least: int = 0) -> tuple[Option, ...]:
    count = draw(st.integers(least, 8))
    return tuple(
        Option(id=LETTERS[n], body=draw(html()), rationale=draw(text)) for n in range(count)
    )


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    made = draw(options())
    key = draw(st.sampled_from([None, *(o.id for o in made)]))
    return Choice(options=made, key=key, shuffle=draw(st.booleans()))


@st.composite
def multiples(draw: st.DrawFn) -> MultipleChoice:
    made = draw(options(1))
    keys = draw(st.lists(st.sampled_from([o.id for o in made]), unique=True))
    return MultipleChoice(options=made, keys=tuple(keys), least=draw(st.integers(0, 2)))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    made = draw(options(2))
    return Order(options=made, keys=tuple(draw(st.permutations([o.id for o in made]))))


@st.composite
def clusters(draw: st.DrawFn) -> TrueFalseCluster:
    keys = st.sampled_from([True, False, None])
    return TrueFalseCluster(
        statements=tuple(
            Statement(id="abcdef"[n], body=draw(html()), key=draw(keys), rationale=draw(text))
            for n in range(draw(st.integers(0, 6)))
        )
    )


shorts = st.builds(
    ShortAnswer,
    keys=st.lists(st.sampled_from(["0,5", "-2", "12,25", "chưa rõ"]), max_size=3).map(tuple),
    max_chars=st.integers(1, 40),
    hint=text,
)
levels = st.builds(
    RubricLevel, points=st.decimals(0, 10, places=2).map(lambda d: Decimal(str(d))), text=text
)
essays = st.builds(
    Essay,
    min_words=st.none() | st.integers(0, 300),
    max_words=st.none() | st.integers(1, 900),
    rubric=st.lists(
        st.builds(
            Criterion,
            id=st.sampled_from("123"),
            criterion=text,
            levels=st.lists(levels, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    model_answer=html(),
)


@st.composite
def parts(draw: st.DrawFn, prefix: str) -> tuple[Part, ...]:
    return tuple(
        Part(id=f"{prefix}{n}", body=draw(html()), most=draw(st.integers(0, 3)))
        for n in range(draw(st.integers(1, 4)))
    )


@st.composite
def matches(draw: st.DrawFn) -> Match:
    rows, columns = draw(parts("r")), draw(parts("c"))
    pairs = [Link(left=r.id, right=c.id) for r in rows for c in columns]
    keys = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4))
    return Match(
        rows=rows, columns=columns, keys=tuple(keys), partial=draw(st.booleans()),
        shuffle=draw(st.booleans()), most=draw(st.integers(0, 5)),
    )  # fmt: skip


@st.composite
def gap_matches(draw: st.DrawFn) -> GapMatch:
    pieces = draw(parts("p"))
    gaps = ("g1", "g2")
    pairs = [Link(left=p.id, right=g) for p in pieces for g in gaps]
    return GapMatch(
        pieces=pieces,
        text='<p>x <span data-gap="g1"></span> y <span data-gap="g2"></span></p>',
        gaps=gaps,
        keys=tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3))),
        partial=draw(st.booleans()),
    )


hottexts = st.builds(
    Hottext,
    text=st.just('<p>a <span data-gap="w1">b</span> <span data-gap="w2">c</span></p>'),
    words=st.just(("w1", "w2")),
    keys=st.sampled_from([(), ("w1",), ("w1", "w2")]),
    most=st.integers(0, 2),
)
hotspots = st.builds(
    Hotspot,
    picture=st.just(f'<img src="asset:{"b1" * 32}" alt="bản đồ">'),
    width=st.integers(1, 900),
    height=st.integers(1, 900),
    areas=st.lists(
        st.builds(
            Area,
            id=st.sampled_from(["H1", "H2", "H3"]),
            shape=st.sampled_from(["rect", "circle"]),
            coords=st.lists(st.integers(0, 500).map(float), min_size=3, max_size=4).map(tuple),
            label=plain,
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda a: a.id,
    ).map(tuple),
    keys=st.sampled_from([(), ("H1",)]),
)


@st.composite
def items(draw: st.DrawFn) -> ItemContent:
    part = draw(
        st.one_of(
            choices(), multiples(), orders(), clusters(), shorts, essays, matches(), gap_matches(),
            hottexts, hotspots, clozes(),
        )
    )  # fmt: skip
    stem = draw(html())
    if isinstance(part, Cloze):
        stem += "".join(f'<p>… <span data-gap="{gap.id}"></span></p>' for gap in part.gaps)
    return ItemContent(
        kind=part.type,
        subject=draw(st.sampled_from(["", "toan", "vat-li"])),
        grade=draw(st.integers(1, 12)),
        topic=draw(st.sampled_from(["", "toan.dao-ham"])),
        level=draw(st.sampled_from([None, "biet", "van_dung"])),
        minutes=draw(st.none() | st.decimals(0, 200, places=1)),
        stem=stem,
        solution=draw(html()),
        interaction=part,
    )


@st.composite
def clozes(draw: st.DrawFn) -> Cloze:
    gaps = []
    for n in range(draw(st.integers(1, 3))):
        made = draw(st.just(()) | options(2))
        keys = (made[0].id,) if made else draw(st.sampled_from([(), ("Hà Nội",), ("a", "b")]))
        gaps.append(Gap(id=f"G{n}", options=made, keys=keys, case_sensitive=draw(st.booleans())))
    return Cloze(gaps=tuple(gaps))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(items())
def test_an_exported_item_comes_back_the_same(content: ItemContent) -> None:
    assert from_qti(to_qti(content)) == content


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(items())
def test_what_is_written_is_well_formed_qti_3(content: ItemContent) -> None:
    root = parse_xml(to_qti(content))
    assert root.tag == "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}qti-assessment-item"


RECORD = re.compile(rb'<qti-rubric-block view="author".*?</qti-rubric-block>', re.DOTALL)
FOUR = tuple(Option(id=i, body=f"phương án {i}") for i in "ABCD")
STANDARD = {
    "choice": Choice(options=FOUR, key="C"),
    "multiple": MultipleChoice(options=FOUR, keys=("A", "D")),
    "order": Order(options=FOUR, keys=("B", "D", "A", "C")),
    "tf_cluster": TrueFalseCluster(
        statements=tuple(Statement(id=i, body=f"ý {i}", key=i in "ad") for i in "abcd")
    ),
    "short": ShortAnswer(keys=("-2,5",)),
    "match": Match(
        rows=(Part(id="r1", body="một"), Part(id="r2", body="hai")),
        columns=(Part(id="c1", body="1"), Part(id="c2", body="2")),
        keys=(Link(left="r1", right="c1"), Link(left="r2", right="c2")),
        partial=True,
    ),
    "gap_match": GapMatch(
        pieces=(Part(id="p1", body="một"), Part(id="p2", body="hai")),
        text='<p>x <span data-gap="g1"></span></p>',
        gaps=("g1",),
        keys=(Link(left="p2", right="g1"),),
    ),
    "hottext": Hottext(
        text='<p>a <span data-gap="w1">b</span> <span data-gap="w2">c</span></p>',
        words=("w1", "w2"),
        keys=("w2",),
    ),
    "cloze": Cloze(gaps=(Gap(id="G1", keys=("Hà Nội",)), Gap(id="G2", options=FOUR, keys=("B",)))),
}


@pytest.mark.parametrize("kind", STANDARD)
def test_without_our_record_the_standard_part_alone_says_the_same(kind: str) -> None:
    part = STANDARD[kind]
    stem = '<p>Tính <span data-tex="x^2"></span></p>'
    if isinstance(part, Cloze):
        stem = '<p>Thủ đô <span data-gap="G1"></span> và <span data-gap="G2"></span></p>'
    content = ItemContent(kind=part.type, subject="toan", grade=12, stem=stem, interaction=part)
    read = from_qti(RECORD.sub(b"", to_qti(content)))
    assert read.kind == kind
    assert stem_text(read) == stem_text(content)
    assert options_of(read.interaction) == options_of(content.interaction)
    assert key_of(read.interaction) == key_of(content.interaction)
    assert read.qti is not None
    assert not read.qti.scores, "the bank's own rule is recognised in the processing"


def test_a_file_changed_elsewhere_is_believed_over_our_record() -> None:
    content = ItemContent(
        kind="choice", subject="toan", grade=12, stem="<p>?</p>", interaction=STANDARD["choice"]
    )
    changed = to_qti(content).replace(b"<qti-value>C</qti-value>", b"<qti-value>A</qti-value>")
    read = from_qti(changed)
    assert isinstance(read.interaction, Choice)
    assert read.interaction.key == "A"
