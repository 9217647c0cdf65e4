"""The difference of two texts: it leads from one to the other, says nothing of what is the same,
marks what stands there and keeps the markup whole."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.difference.alignment import align
from itembank.difference.marking import applied, compare, spaced
from itembank.difference.reading import read

FORMULAS = (r"x^2", r"\frac{a+1}{2}", r"\sqrt{x}", r"P(B_1 \cap A)", r"\int_0^1 x \, dx")
WORD = st.sampled_from(["hàm", "số", "đồng", "biến.", "(1;", "2)", "là", "0,5", "?"])
FORMULA = st.sampled_from(FORMULAS).map(lambda tex: f'<span data-tex="{tex}"></span>')
BOLD = WORD.map(lambda word: f"<strong>{word}</strong>")
PICTURE = st.integers(0, 2).map(lambda n: f'<img src="asset:{str(n) * 64}" alt="hình {n}">')
INLINE = st.lists(st.one_of(WORD, WORD, FORMULA, BOLD, PICTURE), max_size=8).map(" ".join)
PARAGRAPH = INLINE.map(lambda text: f"<p>{text}</p>")
LIST = st.lists(INLINE, min_size=1, max_size=3).map(
    lambda rows: "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
)
TABLE = st.lists(st.tuples(WORD, INLINE), min_size=1, max_size=3).map(
    lambda rows: (
        "<table><tbody>"
        + "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in rows)
        + "</tbody></table>"
    )
)
CONTENT = st.lists(st.one_of(PARAGRAPH, PARAGRAPH, LIST, TABLE), max_size=4).map("".join)


def _leaves(html: str) -> list:
    found = list(read(html).leaves())
    return found[1:] if found and found[0].kind == "edge" else found


@settings(max_examples=150, deadline=None)
@given(before=CONTENT, after=CONTENT)
def test_the_difference_applied_gives_the_new_text(before: str, after: str) -> None:
    runs = compare(before, after).runs
    made, wanted = applied(_leaves(before), runs), _leaves(after)
    assert [leaf.key for leaf in made] == [leaf.key for leaf in wanted]
    assert spaced(made) == spaced(wanted)


@settings(max_examples=60, deadline=None)
@given(content=CONTENT)
def test_the_same_has_no_difference(content: str) -> None:
    found = compare(content, content)
    assert not found.is_changed
    assert not re.search(r"<(del|ins)|class=", found.before + found.after)


@settings(max_examples=100, deadline=None)
@given(before=CONTENT, after=CONTENT)
def test_each_side_stays_the_text_it_was(before: str, after: str) -> None:
    """Taking the marks away from a side leaves what that side says, tag by tag closed."""
    found = compare(before, after)
    for original, marked in ((before, found.before), (after, found.after)):
        bare = re.sub(r'<(del|ins) class="(edge|sr-only)">.*?</\1>', "", marked)
        bare = re.sub(r'<span class="alt-words">.*?</span>', "", bare)
        assert _words(bare) == _words(compare(original, original).after)
        assert _closed(marked)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.is_sound = True

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.is_sound = self.is_sound and bool(self.open) and self.open.pop() == tag


def _told(html: str) -> _Words:
    reader = _Words()
    reader.feed(html)
    reader.close()
    return reader


def _words(html: str) -> str:
    return "".join(_told(html).words)


def _closed(html: str) -> bool:
    told = _told(html)
    return told.is_sound and not told.open


@given(old=st.lists(st.integers(0, 4), max_size=40), new=st.lists(st.integers(0, 4), max_size=40))
def test_stretches_cover_both_sides_and_same_ones_are_the_same(old: list, new: list) -> None:
    found = align(old, new)
    assert [x for s in found for x in old[s.a : s.b]] == old
    assert [x for s in found for x in new[s.c : s.d]] == new
    assert all(old[s.a : s.b] == new[s.c : s.d] for s in found if s.is_same)


@given(old=st.lists(st.integers(0, 2), max_size=9), new=st.lists(st.integers(0, 2), max_size=9))
def test_without_things_that_occur_once_as_much_as_possible_is_the_same(
    old: list, new: list
) -> None:
    """Doubling both sides leaves nothing that occurs once, so the search alone decides."""
    old, new = old + old, new + new
    kept = sum(s.b - s.a for s in align(old, new) if s.is_same)
    assert kept == _longest_common(old, new)


def _longest_common(old: list, new: list) -> int:
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, x in enumerate(old):
        for j, y in enumerate(new):
            best[i + 1][j + 1] = best[i][j] + 1 if x == y else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]


def _marked(tag: str, html: str) -> list[str]:
    return [" ".join(_told(one).words) for one in re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html)]


def test_one_sign_of_a_formula_is_marked_alone() -> None:
    before = r'<p>Tính <span data-tex="P(B_1 \cap A)"></span>.</p>'
    after = r'<p>Tính <span data-tex="P(B_1 \mid A)"></span>.</p>'
    found = compare(before, after)
    assert re.findall(r'<mrow class="gone"><mo>(.)</mo></mrow>', found.before) == ["∩"]
    assert re.findall(r'<mrow class="new"><mo>(.)</mo></mrow>', found.after) == ["∣"]
    assert '<ins class="sr-only">∣</ins>' in found.after


def test_a_lowered_exponent_is_a_change_though_its_signs_are_the_same() -> None:
    found = compare('<span data-tex="x^2"></span>', '<span data-tex="x_2"></span>')
    assert found.before.startswith("<del><math")
    assert found.after.startswith("<ins><math")


def test_two_spellings_of_one_formula_look_the_same() -> None:
    first, second = r'<span data-tex="\frac12"></span>', r'<span data-tex="\frac{1}{2}"></span>'
    assert not compare(first, second).is_changed


def test_words_that_became_bold_changed() -> None:
    found = compare("<p>không có</p>", "<p><strong>không</strong> có</p>")
    assert _marked("ins", found.after) == ["không"]


def test_a_new_row_of_a_table_is_marked_cell_by_cell() -> None:
    row = "<tr><td>I</td><td>90</td></tr>"
    more = "<tr><td>II</td><td>75</td></tr>"
    found = compare(f"<table>{row}</table>", f"<table>{row}{more}</table>")
    assert _marked("ins", found.after) == ["II", "75"]
    assert "<ins" not in found.before and "<del" not in found.before


def test_a_picture_put_in_place_of_another_shows_both_with_their_descriptions() -> None:
    picture = '<p><img src="asset:{}" alt="{}"></p>'
    found = compare(picture.format("a" * 64, "cây cũ"), picture.format("b" * 64, "cây mới"))
    assert re.search(r'<del class="picture"><img [^>]*aaaa', found.before)
    assert "cây mới</span></ins>" in found.after


def test_a_new_description_of_the_same_picture_is_a_change() -> None:
    picture = '<p><img src="asset:{}" alt="{}"></p>'
    assert compare(picture.format("a" * 64, "cũ"), picture.format("a" * 64, "mới")).is_changed


def test_letters_made_of_several_characters_are_the_letters_they_look_like() -> None:
    assert not compare("<p>đo\u0323\u0302</p>", "<p>đ\u1ed9</p>").is_changed


def test_an_essay_of_sixty_thousand_characters_costs_a_bounded_number_of_steps() -> None:
    """Counted, not timed: every comparison of two words is counted, in the worst case as well."""
    rng = random.Random(7)
    for vocabulary in (2, 40, 4_000):
        counted = _Counted.fresh()
        old = [_Counted(rng.randrange(vocabulary), counted) for _ in range(12_000)]
        new = old[:]
        rng.shuffle(new)
        align(old, new)
        assert counted[0] < 12_000 * 300


class _Counted:
    @staticmethod
    def fresh() -> list[int]:
        return [0]

    def __init__(self, value: int, counted: list[int]) -> None:
        self.value, self.counted = value, counted

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        self.counted[0] += 1
        return isinstance(other, _Counted) and self.value == other.value
