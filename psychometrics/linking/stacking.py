"""Several forms as one response matrix, for concurrent calibration.

Concurrent calibration needs no link: items that two forms share are one column, every form's persons
are a group with a population of their own, and all of it is estimated at once
(``calibrate(stack_forms(...))``). Fixed-parameter calibration needs none either: the common items keep
their parameters (``calibrate(new, anchors=...)``).
"""

from collections.abc import Mapping

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.errors import DataError
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import KindArray, ResponseKind


def stack_forms(
    forms: Mapping[str, ResponseMatrix], *, reference: str | None = None
) -> ResponseMatrix:
    """Put the persons of several forms under one another; items of the same label are one column.

    Parameters
    ----------
    forms : mapping of form to ResponseMatrix
    reference : str, optional
        The form whose persons fix the scale; the first unless given.

    Returns
    -------
    ResponseMatrix
        Persons are named ``form:person`` and groups after their form (``form:group`` where a form
        has several). Items a form does not have were not administered.

    Raises
    ------
    DataError
        There is no form, or no such reference.
    """
    if not forms or (reference is not None and reference not in forms):
        raise DataError(
            "unknown_form",
            f"The reference {reference!r} is not among the forms ({', '.join(forms)}).",
            form=reference,
        )
    items = tuple(dict.fromkeys(label for form in forms.values() for label in form.items))
    first = reference if reference is not None else next(iter(forms))
    place = {label: column for column, label in enumerate(items)}
    columns = {name: np.array([place[i] for i in form.items]) for name, form in forms.items()}
    parts = [_widened(form, columns[name], len(items)) for name, form in forms.items()]
    return ResponseMatrix.from_arrays(
        np.concatenate([scores for scores, _ in parts]),
        kinds=np.concatenate([kinds for _, kinds in parts]),
        items=items,
        persons=[f"{name}:{person}" for name, form in forms.items() for person in form.persons],
        weights=np.concatenate([form.weights for form in forms.values()]),
        groups=[label for name, form in forms.items() for label in _groups(name, form)],
        reference_group=_group_label(first, forms[first], 0),
    )


def _widened(
    form: ResponseMatrix, columns: IntArray, n_items: int
) -> tuple["np.ndarray[tuple[int, ...], np.dtype[np.int8]]", KindArray]:
    scores = np.zeros((form.n_persons, n_items), dtype=np.int8)
    kinds = np.full((form.n_persons, n_items), ResponseKind.NOT_ADMINISTERED, dtype=np.int8)
    scores[:, columns] = np.where(form.observed, form.scores, 0)
    own = np.where(form.observed, ResponseKind.GIVEN, ResponseKind.NOT_ADMINISTERED)
    kinds[:, columns] = own if form.kinds is None else form.kinds
    return scores, kinds


def _groups(name: str, form: ResponseMatrix) -> list[str]:
    return [_group_label(name, form, code) for code in form.group_codes.tolist()]


def _group_label(name: str, form: ResponseMatrix, code: int) -> str:
    return name if len(form.groups) == 1 else f"{name}:{form.groups[code]}"
