"""Log-likelihood of every person's responses along each dimension.

Between-item structure: every item measures one dimension, so the likelihood is a product of
functions of one ability each, and a table on a grid per dimension says all that the responses say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.errors import DataError, ModelError
from psychometrics.estimation.expected_counts import CodedResponses, LogTable, log_table
from psychometrics.estimation.invariance import base_item
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment
from psychometrics.results import Calibration

MAX_DIMENSIONS = 4
Calibrations = Calibration | Mapping[str, Calibration]


@dataclass(frozen=True, eq=False)
class Dimension:
    """One dimension: its calibrated items and the responses to them."""

    name: str
    items: CalibratedItems
    coded: CodedResponses


@dataclass(frozen=True, eq=False)
class Likelihood:
    """What the responses say about the abilities, dimension by dimension."""

    dimensions: tuple[Dimension, ...]
    n_persons: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(dimension.name for dimension in self.dimensions)

    def on(self, grid: FloatArray) -> "GridLikelihood":
        """Prepare the tables on a grid of abilities, (n_nodes,)."""
        tables = tuple(log_table(one.coded, one.items.full, grid) for one in self.dimensions)
        return GridLikelihood(self, grid, tables)


@dataclass(frozen=True, eq=False)
class GridLikelihood:
    """Likelihoods on equally spaced nodes; tables of persons are made chunk by chunk."""

    likelihood: Likelihood
    grid: FloatArray
    tables: tuple[LogTable, ...]

    @property
    def spacing(self) -> float:
        """Distance between two nodes."""
        return float(self.grid[1] - self.grid[0])

    def of(self, rows: IntArray) -> FloatArray:
        """Log-likelihood at the nodes, (n_dimensions, n_rows, n_nodes)."""
        result = np.empty((len(self.tables), len(rows), len(self.grid)))
        for out, one, table in zip(result, self.likelihood.dimensions, self.tables, strict=True):
            np.matmul(one.coded.design(rows), table.columns, out=out)
            out += table.constant
        return result


def likelihood_of(
    responses: ResponseMatrix,
    calibrations: Calibrations,
    missing: MissingTreatment = FOR_SCORING,
) -> Likelihood:
    """Lay out the responses by dimension.

    Parameters
    ----------
    responses : ResponseMatrix
        Columns are found by item label.
    calibrations : Calibration or mapping from the dimension's name to its Calibration
        No item may stand in two dimensions.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as.

    Raises
    ------
    DataError
        A column belongs to no calibration, or a dimension has no column.
    ModelError
        An item stands in two dimensions, or there are more than four dimensions.
    """
    named = {"theta": calibrations} if isinstance(calibrations, Calibration) else dict(calibrations)
    if not 1 <= len(named) <= MAX_DIMENSIONS:
        raise ModelError(
            "wrong_number_of_dimensions",
            f"{len(named)} dimensions; between 1 and {MAX_DIMENSIONS} can be fitted together.",
            dimensions=len(named),
            maximum=MAX_DIMENSIONS,
        )
    responses = responses.treat(missing)
    columns = _columns_by_dimension(responses.items, named)
    dimensions = tuple(
        Dimension(name, *items_of(_columns(responses, columns[name]), calibration))
        for name, calibration in named.items()
    )
    return Likelihood(dimensions, responses.n_persons)


def _columns_by_dimension(
    items: Sequence[str], named: Mapping[str, Calibration]
) -> dict[str, IntArray]:
    home = _home_dimensions(named)
    home = {base_item(label): name for label, name in home.items()} | home
    for label in items:
        if label not in home:
            raise DataError(
                "unknown_item",
                f"Column {label!r} is not among the calibrated items; remove it, or use the "
                "calibration it belongs to.",
                column=label,
            )
    columns = {
        name: np.array([i for i, label in enumerate(items) if home[label] == name], dtype=np.intp)
        for name in named
    }
    for name, positions in columns.items():
        if not positions.size:
            raise DataError(
                "dimension_without_items",
                f"No column belongs to dimension {name!r}; add its responses or leave it out.",
                dimension=name,
            )
    return columns


def _home_dimensions(named: Mapping[str, Calibration]) -> dict[str, str]:
    home: dict[str, str] = {}
    for name, calibration in named.items():
        for estimate in calibration.items:
            if estimate.item in home:
                raise ModelError(
                    "item_in_two_dimensions",
                    f"Item {estimate.item!r} stands in {home[estimate.item]!r} and in {name!r}; "
                    "an item may measure one dimension only.",
                    item=estimate.item,
                    dimensions=[home[estimate.item], name],
                )
            home[estimate.item] = name
    return home


def _columns(responses: ResponseMatrix, positions: IntArray) -> ResponseMatrix:
    if len(positions) == responses.n_items:
        return responses
    return replace(
        responses,
        scores=responses.scores[:, positions],
        observed=responses.observed[:, positions],
        items=tuple(responses.items[i] for i in positions),
    )


def interpolate(table: FloatArray, grid: FloatArray, theta: FloatArray) -> FloatArray:
    """Values between the nodes by a cubic through the four nearest, (n, n_points).

    Parameters
    ----------
    table : (n, n_nodes)
        One function a row, on an equally spaced grid.
    theta : (n, n_points)
        Points outside the grid take the value at its end.

    Notes
    -----
    The error is at most 3/128 of the spacing to the fourth times the fourth derivative: under 1e-5
    for 40 items of slope 1.5 and a spacing of 0.1.
    """
    position = (np.clip(theta, grid[0], grid[-1]) - grid[0]) / (grid[1] - grid[0])
    left = np.clip(position.astype(np.intp) - 1, 0, len(grid) - 4)
    t = position - left - 1.0
    flat = table.ravel()
    start = left + np.arange(len(table))[:, None] * len(grid)
    result = flat[start] * (-t * (t - 1.0) * (t - 2.0) / 6.0)
    result += flat[start + 1] * ((t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0)
    result -= flat[start + 2] * ((t + 1.0) * t * (t - 2.0) / 2.0)
    result += flat[start + 3] * ((t + 1.0) * t * (t - 1.0) / 6.0)
    return np.asarray(result)
