"""Items for round trips: what text formats can hold, in every kind. Strategies of hypothesis."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

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
from itembank.items.html import has_text, sanitise
from itembank.items.interactions import (
    Cloze,
    Frozen,
    Gap,
    Link,
    Match,
    MultipleChoice,
    Order,
    Part,
)

LETTERS = "ABCDEFGH"
SIGNS = "abĐườngỂα01 .,:;?!=~#{}\\/*%->[]()$<>&\"'"
words = st.text(SIGNS, min_size=1, max_size=14).map(lambda t: " ".join(t.split())).filter(bool)
notes = st.just("") | words
tex = st.sampled_from([r"x^2", r"\frac{1}{2}", r"\sqrt{x+1}", "a<b", r"\{1;2\}", r"a~b\#c=d"])


def escaped(raw: str) -> str:
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def formula(code: str) -> str:
    return f'<span data-tex="{escaped(code)}"></span>'


lines = st.lists(words.map(escaped) | tex.map(formula), min_size=1, max_size=3).map(" ".join)
inline = st.one_of(
    lines, lines, lines.map(lambda t: f"<strong>{t}</strong>"), lines.map(lambda t: f"{t}<br>x")
)
blocks = st.one_of(
    inline.map(lambda t: f"<p>{t}</p>"),
    inline.map(lambda t: f"<p>{t}</p>"),
    tex.map(lambda t: f'<div data-tex="{escaped(t)}"></div>'),
    st.just("<table><tbody><tr><td>1</td><td>x<sub>2</sub></td></tr></tbody></table>"),
    st.just("<ul><li>một</li><li>hai</li></ul>"),
)


def html(least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(blocks, min_size=least, max_size=3).map(lambda b: sanitise("".join(b)))


bodies = (inline | html()).map(sanitise)
plain_bodies = words.map(escaped).map(sanitise).map(str.strip).filter(has_text)


@st.composite
def options(
    draw: st.DrawFn, body: st.SearchStrategy[str] = bodies, note: st.SearchStrategy[str] = notes
) -> tuple[Option, ...]:
    found = draw(st.lists(body, min_size=2, max_size=8, unique=True))
    return tuple(
        Option(id=LETTERS[n], body=text, rationale=draw(note)) for n, text in enumerate(found)
    )


@st.composite
def choices(
    draw: st.DrawFn, body: st.SearchStrategy[str] = bodies, note: st.SearchStrategy[str] = notes
) -> Choice:
    made = draw(options(body, note))
    key = draw(st.sampled_from([o.id for o in made]))
    return Choice(options=made, key=key, shuffle=draw(st.booleans()))


@st.composite
def multiples(draw: st.DrawFn) -> MultipleChoice:
    made = draw(options())
    keys = draw(st.sets(st.sampled_from([o.id for o in made]), min_size=1))
    return MultipleChoice(options=made, keys=tuple(sorted(keys)), shuffle=draw(st.booleans()))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    found = draw(st.lists(bodies, min_size=2, max_size=6))
    made = tuple(Option(id=LETTERS[n], body=text) for n, text in enumerate(found))
    return Order(options=made, keys=tuple(option.id for option in made))


clusters = st.lists(
    st.tuples(bodies, st.booleans(), notes), min_size=1, max_size=6
).map(
    lambda found: TrueFalseCluster(
        statements=tuple(
            Statement(id="abcdef"[n], body=body, key=key, rationale=note)
            for n, (body, key, note) in enumerate(found)
        )
    )
)  # fmt: skip


@st.composite
def shorts(draw: st.DrawFn, hint: st.SearchStrategy[str] = notes) -> ShortAnswer:
    keys = draw(st.lists(st.sampled_from(["0,5", "-2", "12,25", "1234567", "0"]), min_size=1,
                         max_size=3, unique=True))  # fmt: skip
    return ShortAnswer(keys=tuple(keys), max_chars=draw(st.integers(4, 20)), hint=draw(hint))


levels = st.builds(
    RubricLevel, points=st.sampled_from([Decimal("0"), Decimal("0.25"), Decimal("1.5")]), text=words
)
rubrics = st.lists(
    st.builds(
        Criterion,
        id=st.sampled_from("1234"),
        criterion=words,
        levels=st.lists(levels, max_size=3).map(tuple),
    ),
    max_size=3,
    unique_by=lambda c: c.id,
).map(tuple)
counts = st.none() | st.integers(1, 900)
essays = st.builds(Essay, min_words=counts, max_words=counts, rubric=rubrics, model_answer=html(0))


@st.composite
def matches(draw: st.DrawFn, right: st.SearchStrategy[str] = plain_bodies) -> Match:
    left = draw(st.lists(bodies, min_size=2, max_size=5))
    rights = draw(st.lists(right, min_size=1, max_size=5, unique=True))
    picked = [draw(st.integers(0, len(rights) - 1)) for _ in left]
    order = list(dict.fromkeys([*picked, *range(len(rights))]))
    names = {old: f"C{new}" for new, old in enumerate(order, start=1)}
    return Match(
        rows=tuple(Part(id=f"R{n}", body=body) for n, body in enumerate(left, start=1)),
        columns=tuple(Part(id=names[old], body=rights[old], most=0) for old in order),
        keys=tuple(Link(left=f"R{n}", right=names[old]) for n, old in enumerate(picked, start=1)),
        shuffle=draw(st.booleans()),
        partial=True,
    )


typed = words.filter(lambda t: "*" not in t)


@st.composite
def gaps(draw: st.DrawFn, number: int) -> Gap:
    if draw(st.booleans()):
        made = draw(options())
        return Gap(id=f"G{number}", options=made, keys=(draw(st.sampled_from(made)).id,))
    keys = draw(st.lists(typed, min_size=1, max_size=3, unique=True))
    return Gap(id=f"G{number}", keys=tuple(keys), case_sensitive=draw(st.booleans()))


@st.composite
def clozes(draw: st.DrawFn) -> Cloze:
    return Cloze(gaps=tuple(draw(gaps(n)) for n in range(1, draw(st.integers(1, 3)) + 1)))


@st.composite
def items(
    draw: st.DrawFn,
    parts: st.SearchStrategy[Frozen],
    *,
    stem: st.SearchStrategy[str] | None = None,
    solution: st.SearchStrategy[str] | None = None,
) -> ItemContent:
    part = draw(parts)
    text = draw(stem if stem is not None else html())
    if isinstance(part, Cloze):
        text += "".join(f'<p>… <span data-gap="{gap.id}"></span></p>' for gap in part.gaps)
    return ItemContent(
        kind=part.type,  # type: ignore[attr-defined]
        subject=draw(st.sampled_from(["", "toan", "vat-li"])),
        grade=draw(st.integers(1, 12)),
        topic=draw(st.sampled_from(["", "toan.dao-ham"])),
        outcome=draw(st.sampled_from(["", "T12.UD.1"])),
        level=draw(st.sampled_from([None, "biet", "van_dung"])),
        minutes=draw(st.sampled_from([None, Decimal("2"), Decimal("1.5")])),
        real_life=draw(st.booleans()),
        stem=text,
        solution=draw(solution if solution is not None else html(0)),
        interaction=part,
    )
