"""Merging cells that expect too few persons, before a chi-square is taken over them."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray

RARE_ROW_SHARE = 0.05
RARE_COLUMN_SHARE = 0.1


@dataclass(frozen=True)
class Cells:
    """Observed and expected numbers of persons, (n_rows, n_cells) each; rows are score groups.

    A cell that does not exist (its categories were merged into another) expects 0.
    """

    observed: FloatArray
    expected: FloatArray

    @property
    def n_rows(self) -> int:
        """Number of score groups."""
        return len(self.expected)

    @property
    def totals(self) -> FloatArray:
        """Persons in each score group, (n_rows,)."""
        return np.asarray(self.observed.sum(axis=1))

    def rows(self, kept: BoolArray) -> "Cells":
        """Some of the score groups."""
        return Cells(self.observed[kept], self.expected[kept])

    def with_row_added(self, source: int, target: int) -> "Cells":
        """Score group ``source`` added to ``target`` and taken out."""
        observed, expected = self.observed.copy(), self.expected.copy()
        observed[target] += observed[source]
        expected[target] += expected[source]
        kept = np.arange(self.n_rows) != source
        return Cells(observed[kept], expected[kept])

    def with_last_column_added(self, column: int) -> "Cells":
        """A column added to the one before it and taken out."""
        observed, expected = self.observed.copy(), self.expected.copy()
        observed[:, column - 1] += observed[:, column]
        expected[:, column - 1] += expected[:, column]
        return Cells(np.delete(observed, column, axis=1), np.delete(expected, column, axis=1))


def collapsed(cells: Cells, n_steps: int, highest_rest: int, least: float) -> Cells:
    """Merge until every cell that exists expects at least ``least`` persons.

    The order of the reference program mirt, so that the numbers can be compared: score groups with
    an impossible category join the nearest complete one; empty groups go; a group of one person
    joins the next; within a group the smallest cell joins its smaller neighbour; the last column
    goes while it is rare, as do columns that exist in few groups; groups that still have a small
    cell join the neighbour with fewer persons.

    Parameters
    ----------
    cells : Cells
        Rows are the sum scores 1, 2, ..., highest - 1; columns the item's categories.
    n_steps : int
        The item's highest category.
    highest_rest : int
        The highest sum score of the other items.
    """
    cells = _possible_only(cells, n_steps, highest_rest)
    cells = cells.rows(np.asarray(cells.totals > 0))
    if cells.n_rows == 0:
        return cells
    cells = _without_single_persons(cells)
    if cells.expected.shape[1] > 2:
        cells = _rare_columns(_merged_within_rows(cells, least), least)
    return _merged_rows(cells, least)


def _possible_only(cells: Cells, n_steps: int, highest_rest: int) -> Cells:
    """Scores 1..m-1 cannot hold the highest category, scores above the rest's maximum not zero."""
    for _ in range(min(n_steps - 1, cells.n_rows - 1)):
        cells = cells.with_row_added(0, 1)
    n_high = min(n_steps - 1, cells.n_rows - 1) if highest_rest >= n_steps else 0
    for _ in range(n_high):
        cells = cells.with_row_added(cells.n_rows - 1, cells.n_rows - 2)
    return cells


def _without_single_persons(cells: Cells) -> Cells:
    row = 0
    while row < cells.n_rows - 1:
        if cells.totals[row] <= 1.0:
            cells = cells.with_row_added(row, row + 1)
        row += cells.n_rows > row + 1 and cells.totals[row] > 1.0
    if cells.n_rows > 1 and cells.totals[-1] <= 1.0:
        cells = cells.with_row_added(cells.n_rows - 1, cells.n_rows - 2)
    return cells


def _merged_within_rows(cells: Cells, least: float) -> Cells:
    observed, expected = cells.observed.copy(), cells.expected.copy()
    for row in np.flatnonzero((expected < least).any(axis=1)):
        o, e = merged_categories(observed[row], expected[row], least)
        observed[row], expected[row] = 0.0, 0.0
        observed[row, : len(o)], expected[row, : len(e)] = o, e
    return Cells(observed, expected)


def merged_categories(
    observed: FloatArray, expected: FloatArray, least: float
) -> tuple[FloatArray, FloatArray]:
    """Adjacent categories joined, the smallest first, until all expect enough or two are left."""
    groups = category_groups(expected, least)
    starts = [group[0] for group in groups]
    return np.add.reduceat(observed, starts), np.add.reduceat(expected, starts)


def category_groups(expected: FloatArray, least: float) -> list[list[int]]:
    """Which adjacent categories stand together."""
    groups, sums = [[k] for k in range(len(expected))], expected.tolist()
    while len(sums) > 2 and min(sums) < least:
        smallest = max(k for k, value in enumerate(sums) if value == min(sums))
        left = _smaller_neighbour(sums, smallest)
        first, second = min(smallest, left), max(smallest, left)
        groups[first : second + 1] = [groups[first] + groups[second]]
        sums[first : second + 1] = [sums[first] + sums[second]]
    return groups


def _smaller_neighbour(sums: list[float], position: int) -> int:
    if position == 0:
        return 1
    if position == len(sums) - 1 or sums[position - 1] <= sums[position + 1]:
        return position - 1
    return position + 1


def _rare_columns(cells: Cells, least: float) -> Cells:
    rare = least * np.ceil(cells.n_rows * RARE_COLUMN_SHARE)
    while cells.expected.shape[1] > 2 and cells.expected[:, -1].sum() < rare:
        cells = cells.with_last_column_added(cells.expected.shape[1] - 1)
    for column in range(cells.expected.shape[1] - 1, 0, -1):
        if (cells.expected[:, column] > 0).mean() < RARE_ROW_SHARE:
            cells = cells.with_last_column_added(column)
    return cells


def _merged_rows(cells: Cells, least: float) -> Cells:
    while cells.n_rows > 1:
        small = ((cells.expected < least) & (cells.expected > 0)).any(axis=1)
        if not small.any():
            break
        row = int(np.argmax(small))
        cells = cells.with_row_added(row, _thinner_neighbour(cells.totals, row))
    return cells


def _thinner_neighbour(totals: FloatArray, row: int) -> int:
    if row == 0:
        return 1
    if row == len(totals) - 1 or totals[row - 1] <= totals[row + 1]:
        return row - 1
    return row + 1
