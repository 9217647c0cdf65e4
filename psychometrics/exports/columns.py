"""A table as statistics programs know it: columns with labels of their values and kinds of missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import IntArray
from psychometrics.errors import DataError
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import ResponseKind

Measure = Literal["nominal", "ordinal", "scale"]
Language = Literal["vi", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "person": "Mã thí sinh",
        "group": "Nhóm",
        "weight": "Trọng số",
        "omitted": "Bỏ trống",
        "not_reached": "Chưa làm tới",
        "invalid": "Không hợp lệ",
        "not_administered": "Không được giao",
        "score": "Mức {k}",
    },
    "en": {
        "person": "Person",
        "group": "Group",
        "weight": "Weight",
        "omitted": "Omitted",
        "not_reached": "Not reached",
        "invalid": "Invalid",
        "not_administered": "Not administered",
        "score": "Category {k}",
    },
}
# The codes of one digit leave 0-5 to the categories, those of two digits 0-95.
CODES_OF_KINDS: dict[str, ResponseKind] = {
    "not_reached": ResponseKind.NOT_REACHED,
    "not_administered": ResponseKind.NOT_ADMINISTERED,
    "invalid": ResponseKind.INVALID,
    "omitted": ResponseKind.OMITTED,
}


@dataclass(frozen=True, eq=False)
class Column:
    """One variable of a table.

    Attributes
    ----------
    name : str
        As the source calls it; a format with stricter names makes its own of it.
    values : (n_rows,)
        Text, integers or floats. A float that is not a number is a blank cell.
    label : str
        What it is, in words.
    value_labels : mapping
        Words for values.
    missing_labels : mapping
        Values that stand for missing ones, with words.
    decimals : int
        Shown digits after the point of a float.
    """

    name: str
    values: NDArray[Any]
    label: str = ""
    value_labels: Mapping[int, str] = field(default_factory=dict)
    missing_labels: Mapping[int, str] = field(default_factory=dict)
    measure: Measure = "nominal"
    decimals: int = 4

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return self.values.dtype.kind in "UO"

    @property
    def is_whole(self) -> bool:
        """Whether the values are integers."""
        return self.values.dtype.kind in "iu"


def check_columns(columns: tuple[Column, ...]) -> None:
    """Refuse columns that are no table.

    Raises
    ------
    DataError
        No column, a name twice, or columns of different lengths.
    """
    if not columns:
        raise DataError("no_column", "There is no column to write.")
    names = [column.name for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            "duplicate_column",
            f"There are two columns {twice!r}; rename one.",
            column=twice,
        )
    for column in columns[1:]:
        if len(column.values) != len(columns[0].values):
            raise DataError(
                "columns_of_different_length",
                f"Column {column.name!r} has {len(column.values)} rows, column "
                f"{columns[0].name!r} has {len(columns[0].values)}.",
                column=column.name,
                n_rows=len(column.values),
                first=columns[0].name,
                n_first=len(columns[0].values),
            )


def response_columns(
    responses: ResponseMatrix,
    *,
    item_labels: Mapping[str, str] | None = None,
    language: Language = "vi",
) -> tuple[Column, ...]:
    """A response matrix as columns: person, group and weight where there are any, then the items.

    Parameters
    ----------
    responses : ResponseMatrix
    item_labels : mapping, optional
        Words for items, by their label.
    language : {"vi", "en"}
        Of the labels.

    Returns
    -------
    tuple of Column
        The kinds of missing responses are the codes 6 not reached, 7 not administered, 8 invalid and
        9 omitted; 96 to 99 where a category is above 5, 996 to 999 where one is above 95.
    """
    words = WORDS[language]
    codes = _codes(responses)
    missing_labels = {codes[name]: words[name] for name in CODES_OF_KINDS}
    cells = _cells(responses, codes)
    items = [
        Column(
            name=label,
            values=cells[:, i],
            label=(item_labels or {}).get(label, label),
            value_labels={
                k: words["score"].format(k=k)
                for k in range(int(first), int(first) + int(responses.n_categories[i]))
            },
            missing_labels=missing_labels,
            measure="ordinal",
        )
        for i, (label, first) in enumerate(
            zip(responses.items, responses.first_category, strict=True)
        )
    ]
    return (*_person_columns(responses, words), *items)


def _person_columns(responses: ResponseMatrix, words: Mapping[str, str]) -> list[Column]:
    taken = set(responses.items)
    found = [Column(_free_name("person", taken), responses.persons, words["person"])]
    if len(responses.groups) > 1:
        labels = dict(enumerate(responses.groups, start=1))
        codes = responses.group_codes + 1
        found.append(Column(_free_name("group", taken), codes, words["group"], labels))
    if bool((responses.weights != 1).any()):
        name = _free_name("weight", taken)
        weights = responses.weights
        found.append(Column(name, weights, words["weight"], measure="scale"))
    return found


def _free_name(wanted: str, taken: set[str]) -> str:
    return _free_name(f"{wanted}_", taken) if wanted in taken else wanted


def _codes(responses: ResponseMatrix) -> dict[str, int]:
    highest = int((responses.first_category + responses.n_categories - 1).max(initial=0))
    lead = 0 if highest <= 5 else 90 if highest <= 95 else 990
    return {name: lead + 6 + i for i, name in enumerate(CODES_OF_KINDS)}


def _cells(responses: ResponseMatrix, codes: Mapping[str, int]) -> IntArray:
    cells = np.where(responses.observed, responses.scores, codes["not_administered"])
    cells = cells.astype(np.intp)
    if responses.kinds is not None:
        for name, kind in CODES_OF_KINDS.items():
            cells[responses.kinds == kind] = codes[name]
    return cells
