"""Background variables as a numeric matrix: coding, checks, principal components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import qr

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import DataError, ModelError

RANK_TOLERANCE = 1e-9  # of a column's own length
INTERCEPT = "(intercept)"
MISSING = "missing"


@dataclass(frozen=True, eq=False)
class Background:
    """Conditioning variables, ready for the regression; holds no missing value.

    Attributes
    ----------
    columns : tuple of str
    values : (n_persons, n_columns)
    dropped : tuple of str
        Columns left out because everybody has the same value.
    """

    columns: tuple[str, ...]
    values: FloatArray
    dropped: tuple[str, ...] = ()

    @property
    def n_persons(self) -> int:
        """Number of rows."""
        return len(self.values)

    @classmethod
    def from_arrays(cls, values: ArrayLike, columns: Sequence[str] | None = None) -> "Background":
        """Check plain numbers, (n_persons, n_columns).

        Raises
        ------
        DataError
            A value that is no finite number, or labels that do not fit.
        """
        matrix = np.array(values, dtype=np.float64)
        if matrix.ndim == 1:
            matrix = matrix[:, None]
        if columns is None:
            labels = tuple(f"x{number}" for number in range(1, matrix.shape[1] + 1))
        else:
            labels = tuple(columns)
        if len(labels) != matrix.shape[1] or len(set(labels)) != len(labels):
            raise DataError(
                "wrong_column_labels",
                f"{len(set(labels))} different labels for {matrix.shape[1]} background columns; "
                "give each column a name of its own.",
                n_labels=len(set(labels)),
                n_columns=int(matrix.shape[1]),
            )
        _refuse_missing(matrix, labels)
        matrix.flags.writeable = False
        return cls(labels, matrix)

    def with_intercept(self) -> "Background":
        """The same with a first column of ones."""
        ones = np.ones((self.n_persons, 1))
        return Background((INTERCEPT, *self.columns), np.hstack([ones, self.values]), self.dropped)


def _refuse_missing(matrix: FloatArray, labels: Sequence[str]) -> None:
    wrong = np.argwhere(~np.isfinite(matrix))
    if wrong.size:
        row, column = int(wrong[0, 0]), int(wrong[0, 1])
        raise DataError(
            "background_missing",
            f"Row {row + 1}, background column {labels[column]!r}: {matrix[row, column]} is not a "
            "number; code missing values first (code_background).",
            row=row + 1,
            column=labels[column],
        )


def code_background(
    *,
    numeric: Mapping[str, ArrayLike] | None = None,
    categorical: Mapping[str, Sequence[object]] | None = None,
) -> Background:
    """Code questionnaire variables so that every person keeps every variable.

    Numeric: a missing value (NaN) takes the mean of the observed ones and a column ``name=missing``
    says so. Categorical: one 0/1 column a category except the most frequent one (the first in
    alphabetical order where several are); None and empty text form a category of their own,
    ``name=missing``. A column with one value only is dropped and listed.

    Raises
    ------
    DataError
        Variables of different length, an infinite number, or nothing observed.

    Notes
    -----
    Missing-indicator coding keeps all persons in the conditioning model, as large assessments do;
    it is meant for conditioning, not for interpreting the coefficient of one variable.
    """
    n_persons = _common_length({**(numeric or {}), **(categorical or {})})
    columns: dict[str, FloatArray] = {}
    for name, values in (numeric or {}).items():
        columns.update(_numeric_columns(name, np.asarray(values, dtype=np.float64)))
    for name, categories in (categorical or {}).items():
        columns.update(_dummy_columns(name, categories))
    constant = tuple(name for name, values in columns.items() if np.ptp(values) == 0)
    kept = {name: values for name, values in columns.items() if name not in constant}
    matrix = np.stack(list(kept.values()), axis=1) if kept else np.empty((n_persons, 0))
    return Background(tuple(kept), matrix, constant)


def _numeric_columns(name: str, values: FloatArray) -> dict[str, FloatArray]:
    missing = np.isnan(values)
    if missing.all() or np.isinf(values).any():
        raise DataError(
            "background_not_usable",
            f"Background variable {name!r} has no observed value or an infinite one; "
            "correct it or leave it out.",
            column=name,
        )
    columns = {name: np.where(missing, values[~missing].mean(), values)}
    if missing.any():
        columns[f"{name}={MISSING}"] = missing.astype(np.float64)
    return columns


def _dummy_columns(name: str, categories: Sequence[object]) -> dict[str, FloatArray]:
    texts = np.array(
        [MISSING if value is None or value == "" else str(value) for value in categories]
    )
    labels, counts = np.unique(texts, return_counts=True)
    if len(labels) == 1:
        return {f"{name}={labels[0]}": np.ones(len(texts))}
    reference = labels[int(np.argmax(np.where(labels == MISSING, -1, counts)))]
    return {
        f"{name}={label}": (texts == label).astype(np.float64)
        for label in labels
        if label != reference
    }


def _common_length(variables: Mapping[str, ArrayLike | Sequence[object]]) -> int:
    lengths = {name: len(np.asarray(values)) for name, values in variables.items()}
    first = next(iter(lengths.values()), 0)
    for name, length in lengths.items():
        if length != first:
            raise DataError(
                "background_of_other_length",
                f"Background variable {name!r} has {length} rows, the first one {first}; "
                "give one value a person.",
                column=name,
                rows=length,
                expected=first,
            )
    return first


def refuse_rank_deficiency(background: Background, weights: FloatArray) -> None:
    """Refuse a matrix whose columns are not linearly independent, naming them.

    Raises
    ------
    DataError
        Code ``background_not_of_full_rank``; ``columns`` are those that follow from the others.
    """
    used = background.values[weights > 0]
    length = np.sqrt((used**2).sum(axis=0))
    scaled = used / np.where(length > 0, length, 1.0)
    # The triangle of a plain QR has the same column relations and is small enough to pivot cheaply.
    small = np.linalg.qr(scaled, mode="r")
    triangle, order = qr(small, mode="r", pivoting=True)
    diagonal = np.abs(np.diagonal(triangle)) if triangle.size else np.empty(0)
    rank = int((diagonal > RANK_TOLERANCE).sum())
    if rank == len(background.columns):
        return
    dependent = [background.columns[i] for i in sorted(np.asarray(order)[rank:])]
    others = _their_combination(scaled, np.asarray(order), rank, background.columns)
    raise DataError(
        "background_not_of_full_rank",
        f"Background columns {', '.join(map(repr, dependent))} follow from the others "
        f"({', '.join(others)}); leave them out, or use principal components.",
        columns=dependent,
        others=others,
    )


def _their_combination(
    scaled: FloatArray, order: IntArray, rank: int, columns: Sequence[str]
) -> list[str]:
    """Columns that take part in the linear relation."""
    kept = order[:rank]
    solution = np.linalg.lstsq(scaled[:, kept], scaled[:, order[rank:]], rcond=None)[0]
    takes_part = (np.abs(solution) > 1e-6).any(axis=1)
    return [columns[i] for i in sorted(kept[takes_part])]


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """Leading principal components of background variables.

    Attributes
    ----------
    background : Background
        Component scores (columns PC1, PC2, ...), each of weighted mean 0 and variance 1.
    loadings : (n_columns, n_components)
        Correlation of each variable with each component.
    share : (n_components,)
        Share of the total variance of each component kept.
    """

    background: Background
    columns: tuple[str, ...]
    loadings: FloatArray
    share: FloatArray

    @property
    def n_components(self) -> int:
        """Number of components kept."""
        return len(self.share)


def principal_components(
    background: Background, *, keep: float = 0.9, weights: ArrayLike | None = None
) -> PrincipalComponents:
    r"""Fewest components of the standardised variables with at least this share of variance.

    Eigenvectors of the weighted correlation matrix :math:`R = V \Lambda V^\top`; scores
    :math:`Z V \Lambda^{-1/2}` with Z the standardised variables. The sign of a component is such
    that its largest loading is positive.

    Parameters
    ----------
    background : Background
        As coded; a column that follows from others does no harm here.
    keep : float
        Share of variance to keep: 0.90 (TIMSS) or 0.99 (SEA-PLM) are usual.
    weights : (n_persons,), optional

    Raises
    ------
    ModelError
        ``keep`` is not in (0, 1].
    DataError
        No column, or a column that is constant where the weight is positive.

    References
    ----------
    Jolliffe (2002), *Principal Component Analysis*, 2nd ed., ch. 2-3. Mislevy, Beaton, Kaplan &
    Sheehan (1992), J. Educ. Meas. 29, 133-161 (conditioning in assessments).
    """
    if not 0.0 < keep <= 1.0:
        raise ModelError("share_out_of_range", f"The share kept must be in (0, 1], not {keep}.")
    w = np.ones(background.n_persons) if weights is None else np.asarray(weights, dtype=np.float64)
    standardised = _standardised(background, w / w.sum())
    correlation = standardised.T @ (standardised * (w / w.sum())[:, None])
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    n_kept = _n_components(values, keep)
    values, vectors = values[:n_kept], vectors[:, :n_kept]
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(n_kept)])
    scores = standardised @ (vectors / np.sqrt(values))
    names = tuple(f"PC{number}" for number in range(1, n_kept + 1))
    return PrincipalComponents(
        background=Background(names, scores, background.dropped),
        columns=background.columns,
        loadings=vectors * np.sqrt(values),
        share=values / len(background.columns),
    )


def _standardised(background: Background, share: FloatArray) -> FloatArray:
    if not background.columns:
        raise DataError("background_empty", "There is no background variable to reduce.")
    centred = background.values - share @ background.values
    sd = np.sqrt(share @ centred**2)
    flat: BoolArray = sd <= RANK_TOLERANCE * (1.0 + np.abs(background.values).max(axis=0))
    if flat.any():
        name = background.columns[int(np.flatnonzero(flat)[0])]
        raise DataError(
            "background_constant",
            f"Background column {name!r} has one value for everybody; leave it out.",
            column=name,
        )
    return np.asarray(centred / sd)


def _n_components(values: FloatArray, keep: float) -> int:
    positive = int((values > RANK_TOLERANCE * values[0]).sum())
    reached = np.cumsum(values) / values.sum() >= keep - 1e-12
    return min(int(np.argmax(reached)) + 1, positive)
