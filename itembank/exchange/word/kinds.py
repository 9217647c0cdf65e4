"""What kind of item a question is: by its options and statements, its part, its key. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .evidence import Evidence
from .patterns import CLUSTER_CUE, SEVERAL, TASK_VERB
from .raw import Part, RawQuestion
from .said_keys import numbers_in_key

FEWEST_STATEMENTS = 2


def kind_of_question(
    question: RawQuestion, part: Part, evidence: Evidence, usual: Mapping[int, str]
) -> str:
    """`choice`, `multiple`, `tf_cluster`, `short` or `essay`."""
    if question.options:
        return "multiple" if _asks_for_several(question, evidence) else "choice"
    if len(question.statements) >= FEWEST_STATEMENTS:
        return "tf_cluster" if _is_cluster(question, part, evidence) else "essay"
    if part.kind in {"short", "essay"}:
        return part.kind
    if _has_number_key(evidence):
        return "short"
    if part.kind:
        return part.kind
    if question.points or question.rubric is not None:
        return "essay"
    return usual.get(question.part, "essay")


def _asks_for_several(question: RawQuestion, evidence: Evidence) -> bool:
    several = any(len(claim.letters) > 1 for claim in evidence.letters())
    return several and bool(SEVERAL.search(question.stem_text()))


def _is_cluster(question: RawQuestion, part: Part, evidence: Evidence) -> bool:
    if evidence.truths() or part.kind == "tf_cluster":
        return True
    if part.kind == "essay":
        return False
    tasks = sum(bool(TASK_VERB.match(statement.text())) for statement in question.statements)
    if tasks * 2 >= len(question.statements):
        return False
    return bool(CLUSTER_CUE.search(question.stem_text())) or len(question.statements) == 4


def _has_number_key(evidence: Evidence) -> bool:
    return any(numbers_in_key(claim.text) is not None for claim in evidence.texts())


def usual_kinds(questions: Sequence[RawQuestion]) -> dict[int, str]:
    """Part -> `choice` or `tf_cluster` where most of its questions are one."""
    found = {}
    for part in {question.part for question in questions}:
        here = [question for question in questions if question.part == part]
        with_options = sum(len(question.options) >= 2 for question in here)
        clusters = sum(len(question.statements) >= FEWEST_STATEMENTS for question in here)
        if with_options * 2 > len(here):
            found[part] = "choice"
        elif clusters * 2 > len(here):
            found[part] = "tf_cluster"
    return found


def usual_number_of_options(questions: Sequence[RawQuestion]) -> int | None:
    """How many options nearly all questions of the file have; None where they differ."""
    counted = Counter(len(q.options) for q in questions if q.options)
    if counted.total() < 3:
        return None
    number, count = counted.most_common(1)[0]
    return number if count >= 0.8 * counted.total() else None


def is_plainly_essay(question: RawQuestion, part: Part, evidence: Evidence) -> bool:
    """Whether anything but the lack of options says that this is an essay."""
    if part.kind == "essay" or question.points or question.rubric is not None:
        return True
    if question.solution or any(a.solution or a.rubric for a in evidence.retold):
        return True
    tasks = [question.stem_text(), *(s.text() for s in question.statements)]
    return any(TASK_VERB.search(task) for task in tasks)
