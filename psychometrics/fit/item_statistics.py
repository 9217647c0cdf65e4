"""Fit of items: infit and outfit, and the distance between the observed curve and the model's."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import items_of
from psychometrics.errors import NotBuilt
from psychometrics.estimation.expected_counts import expected_counts, log_table
from psychometrics.fit.estimated import EstimatedParameters, estimated_parameters
from psychometrics.fit.mean_squares import MeanSquares, item_mean_squares_at
from psychometrics.fit.populations import populations_of
from psychometrics.fit.posterior_mean_squares import posterior_mean_squares
from psychometrics.responses.administered import as_calibrated
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration


@dataclass(frozen=True)
class GroupFit:
    """Distance between one group's observed curve and the model's.

    Attributes
    ----------
    rmsd : float or None
        Root mean squared distance; None where the group saw nothing of the item.
    md : float or None
        Mean signed distance, observed minus model, of the score as a share of the highest.
    """

    group: str
    n: int
    rmsd: float | None
    md: float | None


@dataclass(frozen=True)
class ItemFit:
    """Fit of one item; None where nobody's responses determine it.

    Attributes
    ----------
    infit, outfit : float
        Weighted and unweighted mean squared residual; 1 is expected.
    rmsd : float
        Root mean squared distance between the curve the data suggest and the model's, over the
        ability distribution (and the categories).
    infit_t, outfit_t : float
        The mean squares standardised: about normal(0, 1) where the model holds.
    md : float
        Mean signed distance of the curves, as a share of the highest score.
    groups : tuple of GroupFit
        The distances in each group of the responses, where there are several.
    """

    item: str
    n: int
    infit: float | None
    outfit: float | None
    rmsd: float | None
    infit_t: float | None
    outfit_t: float | None
    md: float | None
    groups: tuple[GroupFit, ...] = ()


def item_fit(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    abilities: AbilityEstimates | None = None,
    same_sample: bool = True,
) -> tuple[ItemFit, ...]:
    r"""Infit, outfit, RMSD and MD of every item.

    .. math:: \text{outfit} = \frac1N \sum_n E\frac{(x_n - E_n)^2}{V_n}, \qquad
              \text{infit} = \frac{\sum_n E(x_n - E_n)^2}{\sum_n E V_n}

    The outer expectation is over each person's posterior, so that both are 1 in expectation when the
    model holds; with ``abilities`` given, they are the familiar statistics at those point estimates
    (which fall below 1 in short tests, because the same responses chose the abilities). The
    standardised forms are the cube-root transformation. With the posterior their spread is taken over
    the persons, less what the parameters estimated from them have absorbed; at point estimates it is
    the one under the model at known ability. RMSD and MD compare at each node the
    expected share of each category with the model's probability:

    .. math:: \text{RMSD} = \Big( \tfrac1K \sum_k \sum_q w_q (r_{kq}/N_q - P_k(\theta_q))^2
              \Big)^{1/2}, \qquad
              \text{MD} = \tfrac1{K-1} \sum_k \sum_q w_q\, k\, (r_{kq}/N_q - P_k(\theta_q))

    Parameters
    ----------
    responses : ResponseMatrix
        Person weights count as frequencies. RMSD and MD are also given by group.
    calibration : Calibration
    abilities : AbilityEstimates, optional
        In the order of the rows.
    same_sample : bool
        Whether these are the responses that the parameters were estimated from.

    Returns
    -------
    tuple of ItemFit
        In the order of the columns; an item that groups have parameters of their own for is one
        item for each (``I3@G2``).

    Raises
    ------
    DataError
        An unknown item, category or group.

    Notes
    -----
    At point estimates, variances of single responses below 0.00316 are raised to it, as mirt does.
    Where the result does not tell what was estimated (an estimated density of ability), nothing is
    taken out of the spread and the standardised forms are cautious. One E-step and a few matrix
    products of its size; a second E-step where there are groups.

    References
    ----------
    Wright & Masters (1982), *Rating Scale Analysis*, ch. 5. Wu, Adams & Wilson (1997), *ConQuest*,
    ch. on residual-based fit. OECD (2017), *PISA 2015 Technical Report*, ch. 9 (RMSD, MD).
    """
    responses = as_calibrated(responses, calibration)
    squares = (
        posterior_mean_squares(
            responses, calibration, _estimated(responses, calibration) if same_sample else None
        )
        if abilities is None
        else item_mean_squares_at(responses, calibration, abilities)
    )
    total = _distances(responses, calibration)
    by_group = _by_group(responses, calibration)
    return tuple(
        _item(responses.items[i], i, squares, total[i], tuple(group[i] for group in by_group))
        for i in range(responses.n_items)
    )


def _estimated(responses: ResponseMatrix, calibration: Calibration) -> EstimatedParameters | None:
    try:
        return estimated_parameters(responses, calibration)
    except NotBuilt:
        return None


def _item(
    label: str, i: int, squares: MeanSquares, total: GroupFit, groups: tuple[GroupFit, ...]
) -> ItemFit:
    return ItemFit(
        item=label,
        n=total.n,
        infit=_known(squares.infit[i]),
        outfit=_known(squares.outfit[i]),
        rmsd=total.rmsd,
        infit_t=_known(squares.infit_t[i]),
        outfit_t=_known(squares.outfit_t[i]),
        md=total.md,
        groups=groups,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _by_group(responses: ResponseMatrix, calibration: Calibration) -> list[list[GroupFit]]:
    if len(responses.groups) < 2:
        return []
    return [
        _distances(responses.select(responses.group_codes == code), calibration, label)
        for code, label in enumerate(responses.groups)
    ]


def _distances(
    responses: ResponseMatrix, calibration: Calibration, group: str = "all"
) -> list[GroupFit]:
    """RMSD and MD of every item over the persons given."""
    items, coded = items_of(responses, calibration)
    nodes = calibration.nodes
    log_weights = [g.log_weights(nodes) for g in populations_of(responses, calibration)]
    counts = expected_counts(coded, log_table(coded, items.full, nodes), np.stack(log_weights))
    n_seen = (coded.observed & (coded.weights > 0)[:, None]).sum(axis=0)
    found: dict[int, GroupFit] = {}
    for block in items.item_set.blocks:
        observed = counts.of_block(items.item_set, block)
        model = np.exp(block.model.log_probability(block.of(items.full), nodes))
        for i, position in enumerate(block.items):
            n = int(n_seen[block.first_item + i])
            rmsd, md = _distance(observed[i], model[i]) if n else (None, None)
            found[int(position)] = GroupFit(group, n, rmsd, md)
    return [found[position] for position in range(responses.n_items)]


def _distance(counts: FloatArray, model: FloatArray) -> tuple[float, float]:
    """RMSD and MD of one item, from (n_categories, n_nodes) each."""
    number = counts.sum(axis=0)
    weights = number / number.sum()
    difference = counts / np.maximum(number, 1e-300) - model
    rmsd = float(np.sqrt((weights * difference**2).sum(axis=1).mean()))
    highest = len(model) - 1
    md = float(np.arange(highest + 1) @ difference @ weights) / highest
    return rmsd, md
