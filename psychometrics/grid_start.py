"""Where each person's score equation crosses zero, read off a grid.

On fixed nodes the score function is linear in a person's design, so one matrix product gives it for a
whole chunk. Between the two nodes where its sign changes it is a polynomial through the six nearest
values; its root differs from the exact one by about 1e-7, so one exact evaluation ends the search.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems
from psychometrics.estimation.chunks import Chunk
from psychometrics.estimation.expected_counts import ChunkDesign, CodedResponses, Layout, LogTable
from psychometrics.quadrature import Quadrature
from psychometrics.score_equation import Correction, Derivatives

GRID = Quadrature(121, 6.0)
BEFORE, AFTER = 2, 3  # nodes of the polynomial before and after the one left of the root
POLISH_STEPS = 6
FLATTEST = 1e-6  # a score equation flatter than this has no root to speak of


@dataclass(frozen=True)
class GridTables:
    """What the score equation is made of, at the nodes."""

    nodes: FloatArray
    slopes: LogTable  # derivatives of the log probabilities, arranged like a log table
    parts: FloatArray  # (3, n_items, n_nodes): information, Warm's J, derivative of the information


@dataclass(frozen=True)
class Start:
    """Where the search for each person's root begins, (n,) each."""

    theta: FloatArray
    slope: FloatArray  # of the score equation
    is_close: BoolArray  # whether the two come from the polynomial


def grid_tables(items: CalibratedItems, coded: CodedResponses) -> GridTables:
    """Tables of all items at the nodes."""
    item_set, nodes = items.item_set, GRID.nodes
    relative = np.empty((item_set.n_columns, len(nodes)))
    lowest = np.empty((item_set.n_items, len(nodes)))
    parts = np.empty((3, item_set.n_items, len(nodes)))
    for block in item_set.blocks:
        at = items.theta_derivatives(block, nodes)
        p = np.maximum(at.probability, 1e-300)
        slope = at.first / p  # (n_items, n_categories, n_nodes)
        relative[block.columns] = (slope[:, 1:] - slope[:, :1]).reshape(-1, len(nodes))
        lowest[block.rows] = slope[:, 0]
        parts[0, block.rows] = (at.first * slope).sum(axis=1)
        parts[1, block.rows] = (at.second * slope).sum(axis=1)
        parts[2, block.rows] = (2.0 * at.second * slope - at.first * slope**2).sum(axis=1)
    if coded.is_complete:
        return GridTables(nodes, LogTable(relative, lowest.sum(axis=0)), parts)
    columns = np.concatenate([relative, lowest])
    return GridTables(nodes, LogTable(columns, np.zeros(len(nodes))), parts)


def grid_start(
    tables: GridTables, layout: Layout, chunk: Chunk, rows: IntArray, correction: Correction
) -> Start:
    """The root of score + correction on the grid, for the persons of a chunk."""
    value = _score_equation(tables, layout.design(chunk), chunk, rows, correction)
    positive = value > 0
    changes = np.count_nonzero(positive[1:] != positive[:-1], axis=0)
    left = np.count_nonzero(positive, axis=0) - 1
    inside = (left >= BEFORE) & (left < len(tables.nodes) - AFTER)
    is_close = positive[0] & (changes == 1) & inside
    theta, slope = np.zeros(chunk.n), np.full(chunk.n, np.nan)
    close = np.flatnonzero(is_close)
    theta[close], slope[close] = _root_between(tables.nodes, value, close, left[close])
    return Start(theta, slope, slope < 0)


def _score_equation(
    tables: GridTables,
    design: ChunkDesign,
    chunk: Chunk,
    rows: IntArray,
    correction: Correction,
) -> FloatArray:
    """(n_nodes, n)."""
    constant = tables.slopes.constant + tables.slopes.columns[design.always].sum(axis=0)
    value = tables.slopes.columns[design.rows].T @ design.matrix
    value += constant[:, None]
    observed = chunk.observed
    if observed is None or len(design.rows) == 0:
        sums = tables.parts.sum(axis=1)[:, :, None]
    elif (observed == observed[:, :1]).all():
        sums = tables.parts[:, observed[:, 0]].sum(axis=1)[:, :, None]
    else:
        sums = tables.parts.transpose(0, 2, 1) @ observed
    nothing = np.zeros_like(sums[0])
    at = Derivatives(nothing, nothing, sums[0], sums[1], sums[2])
    value += correction(tables.nodes[:, None], at, rows)
    result: FloatArray = value
    return result


def _root_between(
    nodes: FloatArray, value: FloatArray, persons: IntArray, left: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Root of the polynomial between node ``left`` and the next, and the slope there."""
    places = np.arange(-BEFORE, AFTER + 1)
    spacing = float(nodes[1] - nodes[0])
    near = value[left + places[:, None], persons]  # (6, n)
    powers = np.linalg.inv(np.vander(places.astype(np.float64), increasing=True)) @ near
    u = np.clip(near[BEFORE] / (near[BEFORE] - near[BEFORE + 1]), 0.0, 1.0)
    for _ in range(POLISH_STEPS):
        height, slope = _polynomial(powers, u)
        u = np.clip(u - height / np.minimum(slope, -FLATTEST), 0.0, 1.0)
    _, slope = _polynomial(powers, u)
    return nodes[left] + spacing * u, slope / spacing


def _polynomial(powers: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Value and derivative by Horner's rule."""
    value, slope = np.zeros_like(u), np.zeros_like(u)
    for power in powers[::-1]:
        slope = slope * u + value
        value = value * u + power
    return value, slope
