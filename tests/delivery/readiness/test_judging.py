"""What a machine measured, and what it means."""

from __future__ import annotations

import json
import unicodedata

import pytest

from delivery.readiness.browsers import browser_of, is_safe_exam_browser
from delivery.readiness.judging import Asked, Subject, Verdict, judge, overall
from delivery.readiness.measured import MOST_BYTES, read_measured
from delivery.readiness.typing_check import SENTENCE, Typing, typing_of, without_marks
from itembank.errors import Invalid
from tests.factories.readiness import CHROME, GOOD, good_machine

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"{WINDOWS} Chrome/109.0.0.0 Safari/537.36": ("Chrome 109", False),
    f"{WINDOWS} Chrome/108.0.0.0 Safari/537.36": ("Chrome 108", True),
    f"{WINDOWS} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0": ("Edge 120", False),
    f"{WINDOWS} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763": ("Edge 18", True),
    f"{WINDOWS} coc_coc_browser/117.0.0 Chrome/111.0.0.0 Safari/537.36": ("Cốc Cốc 111", False),
    "Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0": ("Firefox 115", False),
    "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0": ("Firefox 102", True),
    "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko": ("Internet Explorer 11", True),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_browsers_are_known_by_what_they_say(agent: str) -> None:
    browser = browser_of(agent)
    assert (browser.shown, browser.is_too_old) == AGENTS[agent]


def test_safari_and_strangers_are_neither_refused_nor_praised() -> None:
    mac = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
    assert browser_of(mac).name == "Safari"
    for agent in (mac, "", "curl/8.0", "x" * 5000):
        assert verdict_of(Subject.BROWSER, agent=agent) is Verdict.WATCH


def verdict_of(
    subject: Subject, *, agent: str = CHROME, asked: Asked | None = None, **other: object
) -> Verdict:
    findings = judge(good_machine(**other), agent, asked or Asked())
    return next(one.verdict for one in findings if one.subject is subject)


def test_a_good_machine_passes_everything_and_says_nothing_to_do() -> None:
    findings = judge(good_machine(), CHROME, Asked(sound=True))
    assert overall(findings) is Verdict.PASSED
    assert {one.to_do for one in findings} == {None}


CASES = [
    (Subject.SCREEN, {"width": 359}, Verdict.FAILED),
    (Subject.SCREEN, {"width": 1023}, Verdict.WATCH),
    (Subject.CLOCK, {"clock_ms": -60_001}, Verdict.WATCH),
    (Subject.CLOCK, {"clock_ms": 60_000}, Verdict.PASSED),
    (Subject.CLOCK, {"clock_ms": None}, Verdict.WATCH),
    (Subject.STORAGE, {"store": "plain"}, Verdict.WATCH),
    (Subject.STORAGE, {"store": "none"}, Verdict.FAILED),
    (Subject.STORAGE, {"has_room": False}, Verdict.FAILED),
    (Subject.STORAGE, {"free_megabytes": 49}, Verdict.FAILED),
    (Subject.STORAGE, {"free_megabytes": None}, Verdict.PASSED),
    (Subject.LINE, {"latency_ms": None}, Verdict.FAILED),
    (Subject.LINE, {"latency_ms": 201}, Verdict.WATCH),
    (Subject.LINE, {"latency_ms": 2001}, Verdict.FAILED),
    (Subject.LINE, {"kilobits": 9_999}, Verdict.WATCH),
    (Subject.LINE, {"kilobits": 999}, Verdict.FAILED),
    (Subject.LETTERS, {"draws_formulas": False}, Verdict.FAILED),
    (Subject.LETTERS, {"looks_right": False}, Verdict.FAILED),
    (Subject.LETTERS, {"looks_right": None}, Verdict.WATCH),
    (Subject.LETTERS, {"has_font": False}, Verdict.WATCH),
    (Subject.SOUND, {"was_heard": None}, Verdict.WATCH),
    (Subject.SOUND, {"was_heard": False}, Verdict.WATCH),
    (Subject.SOUND, {"sound_formats": ["ogg"]}, Verdict.WATCH),
    (Subject.KEYBOARD, {"typed": None}, Verdict.WATCH),
    (Subject.KEYBOARD, {"keys": "otherwise"}, Verdict.WATCH),
    (Subject.KEYBOARD, {"typed": "Tieengs Vieetj cos daaus"}, Verdict.FAILED),
]


@pytest.mark.parametrize(("subject", "other", "verdict"), CASES)
def test_one_fault_is_told_under_its_own_name_with_what_to_do(
    subject: Subject, other: dict[str, object], verdict: Verdict
) -> None:
    findings = judge(good_machine(**other), CHROME, Asked())
    wrong = {one.subject: one.verdict for one in findings if one.verdict is not Verdict.PASSED}
    assert wrong == ({} if verdict is Verdict.PASSED else {subject: verdict})
    assert all(one.to_do for one in findings if one.verdict is not Verdict.PASSED)


def test_a_room_with_a_listening_part_needs_to_hear() -> None:
    needed = Asked(sound=True)
    assert verdict_of(Subject.SOUND, asked=needed, was_heard=False) is Verdict.FAILED
    assert verdict_of(Subject.SOUND, asked=needed, was_heard=True) is Verdict.PASSED


def test_safe_exam_browser_is_looked_for_only_where_it_is_asked() -> None:
    asked = Asked(safe_exam_browser=True)
    assert Subject.SAFE_EXAM_BROWSER not in {
        one.subject for one in judge(good_machine(), CHROME, Asked())
    }
    assert verdict_of(Subject.SAFE_EXAM_BROWSER, asked=asked) is Verdict.FAILED
    agent = CHROME + " SEB/3.7.0"
    assert is_safe_exam_browser(agent)
    assert verdict_of(Subject.SAFE_EXAM_BROWSER, asked=asked, agent=agent) is Verdict.PASSED
    shown = verdict_of(Subject.SAFE_EXAM_BROWSER, asked=asked, safe_exam_browser=True)
    assert shown is Verdict.PASSED


def test_what_is_gravest_stands_first_and_decides() -> None:
    findings = judge(good_machine(width=300, was_heard=None), CHROME, Asked())
    assert [one.verdict for one in findings[:3]] == [Verdict.FAILED, Verdict.WATCH, Verdict.PASSED]
    assert overall(findings) is Verdict.FAILED


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (SENTENCE, Typing.RIGHT),
        ("  tiếng  việt có dấu ", Typing.RIGHT),
        (unicodedata.normalize("NFD", SENTENCE), Typing.DECOMPOSED),
        ("Tieesng Vieejt cos daasu", Typing.RAW_KEYS),
        ("Tieng Viet co dau", Typing.NO_MARKS),
        ("TiÕng ViÖt cã dÊu", Typing.OTHER_CHARSET),
        ("Tieáng Vieät coù daáu", Typing.OTHER_CHARSET),
        ("Tiếng Việt", Typing.OTHERWISE),
    ],
)
def test_what_was_typed_tells_what_is_wrong_with_the_programme(
    typed: str, expected: Typing
) -> None:
    assert typing_of(typed) is expected


def test_marks_are_taken_off_every_letter() -> None:
    assert without_marks("Đường phố ở Huế đẹp") == "Duong pho o Hue dep"


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": -1}, {"width": "1366"}, {"store": "cloud"}, {"machine": "Z" * 32}, {"key": "A"},
        {"typed": "x" * 81}, {"typed": "a\x00b"}, {"kilobits": 10**12}, {"sound_formats": ["mp3"] * 5},
        {"clock_ms": 1.5}, {"was_heard": "có"},
    ],
)  # fmt: skip
def test_what_cannot_be_a_measurement_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        read_measured(json.dumps({**GOOD, **wrong}).encode())


def test_a_measurement_has_an_end() -> None:
    body = good_machine().model_dump_json().encode()
    assert read_measured(body) == good_machine()
    for wrong in (body + b" " * MOST_BYTES, b"", b"[]", b"{", b"\xff\xfe"):
        with pytest.raises(Invalid):
            read_measured(wrong)
