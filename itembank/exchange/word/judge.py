"""The key of each question from what the paper says of it, and every doubt put into words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import Message, msg
from .evidence import Claim, Evidence
from .raw import Fault, RawQuestion
from .said_keys import is_ambiguous_number, letters_in, numbers_in_key

Truths = dict[str, bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The key as far as it is settled; every fault stands at a place of the file."""

    letters: tuple[str, ...] = ()
    truths: tuple[tuple[str, bool], ...] = ()
    numbers: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def judged(question: RawQuestion, kind: str, evidence: Evidence) -> Verdict:
    match kind:
        case "choice":
            return _choice(question, evidence)
        case "multiple":
            return _multiple(question, evidence)
        case "tf_cluster":
            return _cluster(question, evidence)
        case "short":
            return _short(question, evidence)
    return Verdict()


def _fault(question: RawQuestion, what: Message, claim: Claim | None = None) -> Fault:
    said = claim.said if claim else None
    return Fault(said.place if said else question.place, what)


def _choice(question: RawQuestion, evidence: Evidence) -> Verdict:
    claims = evidence.letters()
    unread = [c for c in evidence.texts() if c.source == "line" and not c.letters]
    known = {option.letter for option in question.options}
    if not claims:
        what = msg(
            "Chưa thấy đáp án: không phương án nào được đánh dấu, bảng đáp án không có câu này."
        )
        return Verdict(faults=(_fault(question, what),))
    stray = [claim for claim in claims if not claim.letters <= known]
    if stray:
        what = msg("Đáp án «{key}» không có trong các phương án.", key=_shown(stray[0].letters))
        return Verdict(faults=(_fault(question, what, stray[0]),))
    told = {claim.letters for claim in claims}
    if len(told) > 1:
        return Verdict(faults=(_conflict(question, claims),))
    letters = told.pop()
    if len(letters) > 1:
        what = msg("Có hơn một đáp án được đánh dấu: {keys}. Giữ một.", keys=_shown(letters))
        return Verdict(faults=(_fault(question, what, claims[0]),))
    if unread and not letters_in(unread[0].text):
        what = msg("Dòng đáp án «{text}» không đọc được.", text=unread[0].text[:60])
        return Verdict(tuple(letters), faults=(_fault(question, what, unread[0]),))
    return Verdict(tuple(letters))


def _conflict(question: RawQuestion, claims: list[Claim]) -> Fault:
    by_source: dict[str, frozenset[str]] = {}
    for claim in claims:
        by_source.setdefault(claim.source, claim.letters)
    shown = "; ".join(f"{_SOURCES[s]}: {_shown(k)}" for s, k in by_source.items())
    if len(set(by_source.values())) == 1:
        shown = "; ".join(dict.fromkeys(_shown(claim.letters) for claim in claims))
    said = next((claim for claim in claims if claim.said), None)
    return _fault(
        question, msg("Các nơi ghi đáp án khác nhau ({shown}). Chọn một.", shown=shown), said
    )


_SOURCES = {
    "mark": "đánh dấu ở phương án",
    "line": "dòng đáp án",
    "table": "bảng đáp án",
    "solution": "lời giải",
    "retold": "lời giải",
    "only": "lời giải",
}


def _shown(letters: frozenset[str]) -> str:
    return ", ".join(sorted(letters))


def _multiple(question: RawQuestion, evidence: Evidence) -> Verdict:
    told = {claim.letters for claim in evidence.letters()}
    if len(told) != 1:
        return Verdict(faults=(_conflict(question, evidence.letters()),))
    letters = told.pop()
    known = {option.letter for option in question.options}
    if not letters <= known:
        what = msg("Đáp án «{key}» không có trong các phương án.", key=_shown(letters - known))
        return Verdict(faults=(_fault(question, what),))
    return Verdict(tuple(sorted(letters)))


def _cluster(question: RawQuestion, evidence: Evidence) -> Verdict:
    claims = evidence.truths()
    unread = [c for c in evidence.texts() if not c.truths and c.source in {"line", "table"}]
    faults = []
    merged: Truths = {}
    differing: set[str] = set()
    for claim in claims:
        for letter, truth in claim.truths:
            if merged.setdefault(letter, truth) != truth:
                differing.add(letter)
    if differing:
        what = msg(
            "Các nơi ghi đáp án khác nhau ở ý {letters}. Chọn một.",
            letters=", ".join(sorted(differing)),
        )
        faults.append(_fault(question, what))
    if unread:
        what = msg("Dòng đáp án «{text}» không đọc được.", text=unread[0].text[:60])
        faults.append(_fault(question, what, unread[0]))
    missing = [s.letter for s in question.statements if s.letter not in merged]
    if missing and not claims:
        what = msg(
            "Chưa thấy đáp án Đúng/Sai: không ý nào được đánh dấu. Nếu cả bốn ý đều sai, ghi rõ Sai."
        )
        faults.append(_fault(question, what))
    elif missing:
        what = msg("Ý {letters} chưa có đáp án Đúng/Sai.", letters=", ".join(missing))
        faults.append(_fault(question, what))
    kept = {letter: truth for letter, truth in merged.items() if letter not in differing}
    return Verdict(truths=tuple(sorted(kept.items())), faults=tuple(faults))


def _short(question: RawQuestion, evidence: Evidence) -> Verdict:
    said = [claim for claim in evidence.texts() if claim.source != "retold"]
    readable = [c for c in evidence.texts() if numbers_in_key(c.text) is not None]
    if not readable:
        return Verdict(faults=tuple(_no_number(question, said)))
    first = readable[0]
    numbers = numbers_in_key(first.text) or ()
    for other in readable[1:]:
        if not {_bare(n) for n in numbers_in_key(other.text) or ()} & {_bare(n) for n in numbers}:
            what = msg(
                "Các nơi ghi đáp án khác nhau ({shown}). Chọn một.",
                shown=f"{first.text.strip()[:30]}; {other.text.strip()[:30]}",
            )
            return Verdict(faults=(_fault(question, what, other),))
    if is_ambiguous_number(first.text):
        what = msg(
            "Đáp số «{text}»: dấu chấm là hàng nghìn hay phần thập phân? Ghi lại cho rõ.",
            text=first.text.strip()[:30],
        )
        return Verdict(numbers=numbers, faults=(_fault(question, what, first),))
    return Verdict(numbers=numbers)


def _bare(number: str) -> str:
    """A number without zeros that say nothing: `0,50` and `0,5` are one key."""
    shown = number.lstrip("-").lstrip("0") or "0"
    if "," in shown:
        shown = shown.rstrip("0").rstrip(",") or "0"
    return ("-" if number.startswith("-") else "") + (f"0{shown}" if shown[0] == "," else shown)


def _no_number(question: RawQuestion, said: list[Claim]) -> Iterator[Fault]:
    if said:
        yield _fault(
            question,
            msg(
                "Đáp án «{text}» không phải là một số; ghi số bằng chữ số, dấu phẩy, dấu trừ.",
                text=said[0].text.strip()[:60],
            ),
            said[0],
        )
    else:
        yield _fault(question, msg("Chưa thấy đáp số của câu trả lời ngắn."))
