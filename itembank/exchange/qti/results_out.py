"""QTI Results Reporting: what one candidate gave and got in one sitting, as `assessmentResult`.

Source: 1EdTech, QTI 2.1/2.2 Results Reporting (imsqti_result_v2p1), whose elements QTI 3 keeps. The
identifiers of responses and their base types are those of our QTI export. Keys are not written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from lxml import etree

from ...items.composite import Composite
from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.interactions import Cloze, GapMatch, Match, Order, QtiOpaque
from .items_out import place_declarations
from .official_out import FALSE, TRUE
from .programs import RESPONSE
from .writing import UNWRITABLE

RESULTS = "http://www.imsglobal.org/xsd/imsqti_result_v2p1"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """`response` as it was stored; `score` None where a person has still to mark it."""

    identifier: str
    content: ItemContent
    response: Any
    score: Decimal | None
    maximum: Decimal
    answered: bool


@dataclass(frozen=True, slots=True)
class SittingResult:
    """`candidate` names the person in the source's own way, such as the candidate number."""

    candidate: str
    sitting: str
    test: str
    at: datetime
    items: tuple[ItemResult, ...]
    parts: Mapping[str, Decimal | None]
    total: Decimal | None
    source: str = "khaothi"


@dataclass(frozen=True, slots=True)
class _Variable:
    identifier: str
    cardinality: str
    base: str
    values: tuple[str, ...]


def assessment_result(result: SittingResult) -> bytes:
    """One `assessmentResult` document, UTF-8. Scores that are not known are left out."""
    nsmap = cast("dict[str, str]", {None: RESULTS})
    root = etree.Element(_tag("assessmentResult"), nsmap=nsmap)
    context = _child(root, "context", sourcedId=result.candidate)
    _child(context, "sessionIdentifier", sourceID=result.source, identifier=result.sitting)
    moment = result.at.isoformat(timespec="seconds")
    test = _child(root, "testResult", identifier=result.test, datestamp=moment)
    _outcome(test, "SCORE", result.total)
    for code, points in result.parts.items():
        _outcome(test, f"SCORE_{code}", points)
    for index, item in enumerate(result.items, start=1):
        _item(root, item, index, moment)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _tag(name: str) -> str:
    return f"{{{RESULTS}}}{name}"


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, _tag(name))
    for key, value in attributes.items():
        made.set(key, UNWRITABLE.sub("", value))
    return made


def _item(root: etree._Element, item: ItemResult, index: int, moment: str) -> None:
    status = "final" if item.score is not None else "pendingResponseProcessing"
    made = _child(
        root, "itemResult", identifier=item.identifier, sequenceIndex=str(index),
        datestamp=moment, sessionStatus=status,
    )  # fmt: skip
    for variable in response_variables(item.content, item.response):
        _response(made, variable)
    _outcome(made, "SCORE", item.score)
    _outcome(made, "MAXSCORE", item.maximum)
    completion = _child(made, "outcomeVariable", identifier="completionStatus",
                        cardinality="single", baseType="identifier")  # fmt: skip
    _value(completion, "completed" if item.answered else "not_attempted")


def _response(parent: etree._Element, variable: _Variable) -> None:
    made = _child(
        parent, "responseVariable", identifier=variable.identifier,
        cardinality=variable.cardinality, baseType=variable.base,
    )  # fmt: skip
    given = _child(made, "candidateResponse")
    for value in variable.values:
        _value(given, value)


def _outcome(parent: etree._Element, identifier: str, number: Decimal | None) -> None:
    if number is None:
        return
    made = _child(
        parent, "outcomeVariable", identifier=identifier, cardinality="single", baseType="float"
    )
    _value(made, f"{number:f}")


def _value(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, _tag("value")).text = UNWRITABLE.sub("", text)


def response_variables(content: ItemContent, response: Any) -> Iterator[_Variable]:
    """The response in the variables that our QTI export of the item declares."""
    part = content.interaction
    match part:
        case Choice():
            yield _Variable(RESPONSE, "single", "identifier", _texts(response))
        case ShortAnswer():
            yield _Variable(RESPONSE, "single", "string", _texts(response))
        case Essay():
            text = response.get("text") if isinstance(response, dict) else response
            yield _Variable(RESPONSE, "single", "string", _texts(text))
        case TrueFalseCluster():
            judged = tuple(_judgements(part, response))
            yield _Variable(RESPONSE, "multiple", "directedPair", judged)
        case Match() | GapMatch():
            yield _Variable(RESPONSE, "multiple", "directedPair", _texts(response))
        case Order():
            yield _Variable(RESPONSE, "ordered", "identifier", _texts(response))
        case Cloze():
            yield from _gaps(part, response)
        case Composite():
            yield from _places(content, part, response)
        case QtiOpaque():
            yield _Variable(RESPONSE, "single", "string", _texts(_as_json(response)))
        case _:
            yield _Variable(RESPONSE, "multiple", "identifier", _texts(response))


def _texts(response: Any) -> tuple[str, ...]:
    if response is None or response == "":
        return ()
    values: Sequence[Any] = response if isinstance(response, list) else [response]
    return tuple(str(value) for value in values)


def _as_json(response: Any) -> str | None:
    return None if response is None else json.dumps(response, ensure_ascii=False)


def _judgements(part: TrueFalseCluster, response: Any) -> Iterator[str]:
    given = response if isinstance(response, dict) else {}
    for statement in part.statements:
        if isinstance(given.get(statement.id), bool):
            yield f"{statement.id} {TRUE if given[statement.id] else FALSE}"


def _places(content: ItemContent, part: Composite, response: Any) -> Iterator[_Variable]:
    given = response if isinstance(response, dict) else {}
    for name, declared in place_declarations(part, content).items():
        kind, base = declared.get("cardinality"), declared.get("baseType")
        yield _Variable(name, kind, base, _texts(given.get(name)))


def _gaps(part: Cloze, response: Any) -> Iterator[_Variable]:
    given = response if isinstance(response, dict) else {}
    for gap in part.gaps:
        base = "identifier" if gap.options else "string"
        yield _Variable(gap.id, "single", base, _texts(given.get(gap.id)))
