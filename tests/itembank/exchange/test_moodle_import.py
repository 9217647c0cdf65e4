"""Files as Moodle writes them: every type, formulas, pictures, categories; faults are flagged."""

from __future__ import annotations

import base64
import time
from decimal import Decimal

import pytest

from itembank.errors import Invalid, TooLarge
from itembank.exchange.found import FoundItem, ImportReport, Placement
from itembank.exchange.moodle import import_moodle
from itembank.items import html
from itembank.items.interactions import Cloze, Match

from .test_moodle_round_trip import png

TOAN = Placement("toan", 12)


def quiz(*questions: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><quiz>'
    return (head + "".join(questions) + "</quiz>").encode()


def question(kind: str, stem: str, inside: str = "", form: str = "html") -> str:
    return (
        f'<question type="{kind}"><name><text>Câu thử</text></name><questiontext format="{form}">'
        f"<text><![CDATA[{stem}]]></text></questiontext><generalfeedback format='html'><text>"
        f"<![CDATA[<p>Vì \\(x>0\\).</p>]]></text></generalfeedback>"
        f"<defaultgrade>1.0000000</defaultgrade>{inside}</question>"
    )


def answer(text: str, fraction: str, more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text><![CDATA[<p>vì {text}</p>]]></text></feedback>{more}</answer>'
    )


def read(*questions: str) -> ImportReport:
    return import_moodle(quiz(*questions), TOAN)


def one(*questions: str) -> FoundItem:
    (item,) = read(*questions).items
    return item


def whys(item: FoundItem) -> str:
    return " ".join(str(problem.what) for problem in item.problems)


def test_single_choice_with_formulas() -> None:
    item = one(
        question(
            "multichoice",
            "<p>Đạo hàm của \\(y=x^2\\) là $$y'$$</p><p>\\[\\frac{1}{2}\\]</p>",
            "<single>true</single><shuffleanswers>1</shuffleanswers>"
            + answer("<p>\\(2x\\)</p>", "100") + answer("<b>x</b>", "0") + answer("2", "-33.33333"),
        )
    )  # fmt: skip
    assert (item.kind, item.key, item.points) == ("choice", "A", Decimal(1))
    assert item.stem == "Đạo hàm của $y=x^2$ là $y'$$\\frac{1}{2}$"
    assert item.options == ("$2x$", "x", "2")
    assert item.formulas == ("y=x^2", "y'", "\\frac{1}{2}", "2x")
    assert item.is_settled
    assert item.content is not None and item.content.solution.startswith("<p>Vì")
    assert item.content.interaction.options[0].rationale == "vì $2x$"  # type: ignore[union-attr]


def test_several_right_answers() -> None:
    item = one(
        question("multichoice", "Chọn", "<single>false</single>" + answer("a", "50")
                 + answer("b", "-50") + answer("c", "50"))
    )  # fmt: skip
    assert (item.kind, item.key, item.is_settled) == ("multiple", ("A", "C"), True)


@pytest.mark.parametrize(
    "inside",
    [
        answer("a", "50") + answer("b", "0"),
        answer("a", "100") + answer("b", "100"),
        answer("a", "100") + answer("b", "50"),
        answer("a", "nan") + answer("b", "0"),
        answer("a", "0") + answer("b", "0"),
        "<single>false</single>" + answer("a", "75") + answer("b", "25"),
        "<single>false</single>" + answer("a", "0") + answer("b", "0"),
    ],
)
def test_marking_that_the_bank_does_not_have_is_flagged(inside: str) -> None:
    item = one(question("multichoice", "Chọn", inside))
    assert item.problems and not item.is_settled


def test_true_false() -> None:
    for right, key in (("true", "A"), ("false", "B")):
        answers = "".join(answer(w, "100" if w == right else "0") for w in ("true", "false"))
        item = one(question("truefalse", "2 là số nguyên tố", answers))
        assert (item.kind, item.key, item.options) == ("choice", key, ("Đúng", "Sai"))
        assert item.is_settled


def test_short_answer_of_words_and_of_numbers() -> None:
    words = one(question("shortanswer", "Thủ đô?", "<usecase>0</usecase>" + answer("Hà Nội", "100")
                         + answer("*", "0")))  # fmt: skip
    assert (words.kind, words.key, words.is_settled) == ("cloze", ("Hà Nội",), True)
    assert isinstance(words.content and words.content.interaction, Cloze)
    number = one(question("shortanswer", "1+1?", answer("-2.5", "100")))
    assert (number.kind, number.key, number.is_settled) == ("short", "-2,5", True)


def test_feedback_of_typed_answers_goes_into_the_solution() -> None:
    item = one(question("shortanswer", "Thủ đô?", answer("Hà Nội", "100") + answer("Huế", "0")))
    assert item.content is not None
    for words in ("Vì", "Hà Nội:", "vì Hà Nội", "Huế:", "vì Huế"):
        assert words in item.content.solution
    gap = one(question("cloze", "x {1:SA:=a#đúng rồi}"))
    assert gap.content is not None and "a: đúng rồi" in gap.content.solution


def test_a_number_in_a_gap_is_taken_with_comma_and_point() -> None:
    item = one(question("cloze", "x = {1:NUMERICAL:=2.5}"))
    part = item.content and item.content.interaction
    assert isinstance(part, Cloze) and part.gaps[0].keys == ("2,5", "2.5")
    assert item.key == ("2,5",)


@pytest.mark.parametrize(
    ("inside", "said"),
    [("<responsetemplate format='html'><text>Bài làm:</text></responsetemplate>", "in sẵn"),
     ("<hint format='html'><text>Nghĩ thêm</text></hint>", "gợi ý")],
)  # fmt: skip
def test_what_an_item_loses_on_the_way_is_named(inside: str, said: str) -> None:
    report = read(question("essay", "Viết", inside))
    assert report.items[0].is_settled
    assert said in str(report.refused[0].why)


@pytest.mark.parametrize("text", ["Hà*", "*"])
def test_a_wildcard_is_flagged(text: str) -> None:
    assert "*" in whys(one(question("shortanswer", "Thủ đô?", answer(text, "100"))))


def test_numerical() -> None:
    item = one(question("numerical", "Tính", answer("3.14", "100", "<tolerance>0</tolerance>")))
    assert (item.kind, item.key, item.is_settled) == ("short", "3,14", True)
    loose = one(question("numerical", "Tính", answer("3.14", "100", "<tolerance>0.01</tolerance>")))
    assert loose.key == "3,14" and "0.01" in whys(loose)
    unit = "<units><unit><multiplier>1</multiplier><unit_name>cm</unit_name></unit></units>"
    asked = one(
        question("numerical", "Tính", answer("3", "100") + unit + "<showunits>0</showunits>")
    )
    assert "cm" in whys(asked)
    shown = one(
        question("numerical", "Tính", answer("3", "100") + unit + "<showunits>3</showunits>")
    )
    assert shown.is_settled


def test_matching_with_a_distractor() -> None:
    pairs = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer>'
        "</subquestion>"
        for left, right in (("Pháp", "Paris"), ("Việt Nam", "Hà Nội"), ("", "Rome"))
    )
    item = one(question("matching", "Ghép", "<shuffleanswers>true</shuffleanswers>" + pairs))
    assert (item.kind, item.key) == ("match", ("R1 C1", "R2 C2"))
    assert item.options == ("Pháp", "Việt Nam", "Paris", "Hà Nội", "Rome")
    part = item.content and item.content.interaction
    assert isinstance(part, Match) and part.partial


def test_cloze() -> None:
    item = one(
        question(
            "cloze",
            "Thủ đô là {1:MULTICHOICE:Huế~=Hà Nội#Đúng~%0%Vinh}, 1+1={1:NM:=2:0}, "
            "{1:SHORTANSWER_C:=Sông Hồng~=sông\\~Hồng}.",
        )
    )
    assert (item.kind, item.key) == ("cloze", ("B", "2", "Sông Hồng"))
    assert item.stem == "Thủ đô là ____ , 1+1=____ , ____ ."
    assert item.is_settled
    part = item.content and item.content.interaction
    assert isinstance(part, Cloze)
    assert part.gaps[2].keys == ("Sông Hồng", "sông~Hồng") and part.gaps[2].case_sensitive


@pytest.mark.parametrize(
    "stem",
    ["{1:NM:=2:0.5}", "{1:SA:=a*}", "{1:SA:=a~%50%b}", "{2:SA:=a} {1:SA:=b}", "{1:MR:=a~=b~c}"],
)
def test_cloze_marking_that_the_bank_does_not_have_is_flagged(stem: str) -> None:
    assert not one(question("cloze", f"x {stem}")).is_settled


def test_essay() -> None:
    item = one(question("essay", "Nêu ý nghĩa", "<graderinfo format='html'><text>Cần ba ý."
                        "</text></graderinfo><minwordlimit>50</minwordlimit>"))  # fmt: skip
    assert item.kind == "essay"
    assert item.content is not None and item.content.interaction.model_answer == "Cần ba ý."  # type: ignore[union-attr]
    assert item.content.interaction.min_words == 50  # type: ignore[union-attr]


def test_a_description_is_shared_until_the_next_category() -> None:
    category = ('<question type="category"><category><text>$course$/top/Toán/Đạo hàm // tích phân'
                "</text></category></question>")  # fmt: skip
    report = read(
        question("essay", "một"), question("description", "<p>Bảng <i>chung</i></p>"),
        question("essay", "hai"), question("essay", "ba"), category, question("essay", "bốn"),
    )  # fmt: skip
    assert [item.stimulus_text for item in report.items] == ["", "Bảng chung", "Bảng chung", ""]
    assert report.items[1].stimulus is report.items[2].stimulus
    assert report.items[3].content is not None
    assert report.items[3].content.topic == "Đạo hàm / tích phân"


def test_pictures_in_files_and_in_the_text() -> None:
    body = base64.b64encode(png()).decode()
    element = (
        '<question type="essay"><questiontext format="html"><text><![CDATA[<p><img '
        'src="@@PLUGINFILE@@/h%C3%ACnh%201.png" alt="a"><img src="data:image/png;base64,'
        f'{body}" alt="b"></p>]]></text><file name="hình 1.png" path="/" encoding="base64">{body}'
        "</file></questiontext></question>"
    )
    item = one(element)
    assert len(item.images) == 1  # the same picture twice
    assert item.is_settled
    assert item.content is not None and item.content.stem.count('src="asset:') == 2


@pytest.mark.parametrize(
    "address", ["@@PLUGINFILE@@/mất.png", "https://example.org/a.png", "data:image/png;base64,AAAA",
                "file:///etc/passwd", "../../x.png"]
)  # fmt: skip
def test_a_picture_that_cannot_be_had_is_flagged(address: str) -> None:
    item = one(question("essay", f'<p>x <img src="{address}" alt="a"></p>'))
    assert not item.is_settled
    assert item.content is not None and "<img" not in item.content.stem


def test_unknown_types_are_refused_by_name() -> None:
    report = read(question("ddwtos", "x [[1]]"), question("calculated", "{a}+{b}"))
    assert not report.items
    assert ["ddwtos" in str(report.refused[0].why), "calculated" in str(report.refused[1].why)] == [
        True, True,
    ]  # fmt: skip


def test_handlers_and_scripts_are_gone() -> None:
    item = one(
        question(
            "multichoice",
            "<p onclick='x()'>Chọn<script>alert(1)</script><svg onload=alert(2)></svg>"
            "<a href='javascript:alert(3)'>đây</a><iframe src='//e.org'></iframe></p>",
            answer("<img src=x onerror=alert(4)>a", "100") + answer("b", "0"),
        )
    )
    assert item.content is not None
    stored = item.content.model_dump_json()
    for sign in ("script", "onclick", "onload", "onerror", "javascript", "iframe", "<svg", "<a "):
        assert sign not in stored


def test_a_drawing_with_a_script_loses_it() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="x()">'
        "<script>alert(1)</script><rect width='3' height='3'/></svg>"
    )
    body = base64.b64encode(drawing.encode()).decode()
    item = one(
        '<question type="essay"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a.svg"'
        f' alt="x"&gt; y</text><file name="a.svg" path="/" encoding="base64">{body}</file>'
        "</questiontext></question>"
    )
    (image,) = item.images
    assert b"script" not in image.picture.body and b"onload" not in image.picture.body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not xml",
        b"<html></html>",
        quiz(question("essay", "x"))[:-30],
        b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
        '<?xml version="1.0" encoding="UTF-8"?><quiz>®Ò thi</quiz>'.encode("latin-1"),
        b"<quiz>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</quiz>",
        b'<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>',
    ],
)
def test_a_file_that_is_no_moodle_file_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises((Invalid, TooLarge)):
        import_moodle(raw)


def test_utf_16_is_read() -> None:
    text = quiz(question("essay", "Đề thi")).decode().replace("UTF-8", "UTF-16")
    assert import_moodle(text.encode("utf-16")).items[0].stem == "Đề thi"


def test_one_bad_question_does_not_cost_the_others() -> None:
    many = "".join(answer(str(n), "0") for n in range(80))
    report = read(question("multichoice", "x", many), question("essay", "y" * 70_000),
                  question("cloze", "không có chỗ"), question("essay", "tốt"))  # fmt: skip
    assert [item.content is not None for item in report.items] == [False, False, False, True]
    assert all(item.problems for item in report.items[:3])
    assert all("Câu " in str(item.problems[0].where) for item in report.items[:3])


@pytest.mark.parametrize(
    "stem",
    ["<div>" * 70_000, r"\(" * 90_000, "$$x" * 60_000, "{1:SA:" * 50_000, "<b " * 90_000,
     "<table><tr><td>" * 20_000, "<math><mrow>" * 30_000, "&" * 200_000, "{1:SA:=a}" * 30_000],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["essay", "cloze"])
def test_texts_made_to_be_slow_are_not(kind: str, stem: str) -> None:
    started = time.process_time()
    assert not one(question(kind, stem)).is_settled
    assert time.process_time() - started < 5.0


def test_without_the_bound_on_nesting_the_same_text_is_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: 15,000 open tags, with the bound and without it."""
    text = "<div>" * 15_000

    def seconds() -> float:
        started = time.process_time()
        one(question("essay", text))
        return time.process_time() - started

    guarded = seconds()
    monkeypatch.setattr(html, "DEEPEST", 10**9)
    assert seconds() > 5 * guarded
