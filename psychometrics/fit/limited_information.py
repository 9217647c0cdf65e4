"""Limited-information fit of the whole model: M2, C2 and what is derived from them."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy

from psychometrics.arrays import BoolArray, FloatArray, ScoreArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.errors import DataError, ModelError
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.fit.estimated import estimated_parameters
from psychometrics.fit.model_moments import (
    Features,
    ModelMoments,
    category_features,
    model_moments,
    moment_derivatives,
    score_features,
)
from psychometrics.fit.observed_moments import ObservedMoments, observed_moments
from psychometrics.fit.populations import populations_of
from psychometrics.fit.tangent import tangent
from psychometrics.item_curves import ItemCurve, item_curves
from psychometrics.responses.administered import as_calibrated
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration

Statistic = Literal["m2", "c2"]
STATISTICS: tuple[str, ...] = get_args(Statistic)
RMSEA_TAIL = 0.05  # on each side: the customary 90 % interval


@dataclass(frozen=True)
class ModelFit:
    """Fit of a model to the univariate and bivariate margins.

    Attributes
    ----------
    statistic : str
        ``"m2"`` or ``"c2"``.
    value, df, p
        About chi-square with ``df`` degrees of freedom where the model holds.
    rmsea, rmsea_low, rmsea_high : float
        Misfit per degree of freedom with a 90 % interval; below 0.05 is usually called close.
    srmsr : tuple of float
        Root mean squared difference between observed and expected correlations, by group.
    tli, cfi : float or None
        Against the model of independent items; None where even that fits.
    baseline, baseline_df
        The same statistic for the model of independent items.
    """

    statistic: str
    value: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    groups: tuple[str, ...]
    srmsr: tuple[float, ...]
    tli: float | None
    cfi: float | None
    baseline: float
    baseline_df: int


def model_fit(
    responses: ResponseMatrix, calibration: Calibration, statistic: Statistic = "m2"
) -> ModelFit:
    r"""M2 or C2 with RMSEA, SRMSR, TLI and CFI.

    With r the differences between observed and expected moments, :math:`\Xi` their covariance and
    :math:`\Delta` the derivatives of the expected moments by the estimated parameters,

    .. math:: M = r^\top \big(\Xi^{-1} - \Xi^{-1}\Delta(\Delta^\top\Xi^{-1}\Delta)^{-1}
              \Delta^\top\Xi^{-1}\big) r

    The moments of ``m2`` are the mean score of each item and the mean product of each pair of items;
    for two categories it is the M2 of Maydeu-Olivares and Joe, for more the M2* of Cai and Hansen.
    ``c2`` (Cai and Monro) has the share of each category in the place of the mean score, which
    leaves degrees of freedom where M2* has none.

    Missing by design: every moment is taken over the persons who saw its items, and two moments of
    :math:`N_a` and :math:`N_b` persons, :math:`N_{ab}` of them the same, have the covariance
    :math:`\Xi_{ab} N_{ab} / (N_a N_b)`. Pairs that nobody saw together do not enter.

    Parameters
    ----------
    responses : ResponseMatrix
        The responses the model was calibrated on; person weights count as frequencies.
    calibration : Calibration
    statistic : {"m2", "c2"}

    Returns
    -------
    ModelFit

    Raises
    ------
    DataError
        An unknown item, category or group; moments that determine each other.
    ModelError
        An unknown statistic, or no degrees of freedom.
    NotBuilt
        An estimated density of ability, or an option that the result does not tell.

    Notes
    -----
    O(n_persons * n_items^2 + n_moments^3); for 40 items there are 820 moments.

    References
    ----------
    Maydeu-Olivares & Joe (2006), Psychometrika 71, 713-732. Cai & Hansen (2013), Br. J. Math. Stat.
    Psychol. 66, 245-276. Cai & Monro (2014), CRESST Report 839.
    """
    _check_statistic(statistic)
    responses = as_calibrated(responses, calibration)
    items, coded = items_of(responses, calibration)
    estimated = estimated_parameters(responses, calibration)
    nodes = calibration.nodes
    curves = item_curves(items, nodes)
    features = _features(statistic, [curve.n_categories for curve in curves])
    populations = populations_of(responses, calibration)
    observed = _observed(responses, items, coded, features)
    weights = [np.exp(group.log_weights(nodes)) for group in populations]
    expected = [model_moments(curves, w, features) for w in weights]
    directions = tangent(estimated, curves, nodes, populations, features)
    value, df = chi_square_form(observed, expected, directions)
    if df < 1:
        raise ModelError(
            "no_degrees_of_freedom",
            f"{df + directions[0].shape[1]} moments leave no degrees of freedom for "
            f"{directions[0].shape[1]} parameters; use 'c2', or more items.",
            n_moments=df + directions[0].shape[1],
            n_parameters=directions[0].shape[1],
        )
    baseline = _baseline(observed, curves, features, responses, coded, items)
    n = float(sum(group.total_weight for group in observed))
    return _result(statistic, value, df, n, baseline, _srmsr(observed, expected), responses.groups)


def _check_statistic(statistic: str) -> None:
    if statistic not in STATISTICS:
        raise ModelError(
            "unknown_statistic",
            f"There is no statistic {statistic!r}; choose one of {', '.join(STATISTICS)}.",
            statistic=statistic,
        )


def _features(statistic: str, sizes: list[int]) -> Features:
    return score_features(sizes) if statistic == "m2" else category_features(sizes)


def _observed(
    responses: ResponseMatrix, items: CalibratedItems, coded: CodedResponses, features: Features
) -> list[ObservedMoments]:
    back = np.argsort(items.item_set.order)
    found = []
    for code in range(len(responses.groups)):
        rows = (responses.group_codes == code) & (responses.weights > 0) & responses.answered
        scores, seen = coded.scores[rows][:, back], coded.observed[rows][:, back]
        found.append(observed_moments(scores, seen, responses.weights[rows], features))
    return found


def chi_square_form(
    observed: list[ObservedMoments],
    expected: list[ModelMoments],
    directions: list[FloatArray],
) -> tuple[float, int]:
    """Residuals made independent by Cholesky, less their projection on the tangent; and df."""
    residuals, tangents = [], []
    for own, model, direction in zip(observed, expected, directions, strict=True):
        has = own.number > 0
        n = own.number[has]
        covariance = (model.covariance * own.together)[np.ix_(has, has)] / np.outer(n, n)
        root = _root(covariance)
        whiten = np.column_stack([(own.mean - model.mean)[has], direction[has]])
        whitened = scipy.linalg.solve_triangular(root, whiten, lower=True)
        residuals.append(whitened[:, 0])
        tangents.append(whitened[:, 1:])
    residual, basis = np.concatenate(residuals), np.linalg.qr(np.concatenate(tangents))[0]
    left = residual - basis @ (basis.T @ residual)
    return float(left @ left), len(residual) - basis.shape[1]


def _root(covariance: FloatArray) -> FloatArray:
    try:
        return np.asarray(scipy.linalg.cholesky(covariance, lower=True))
    except scipy.linalg.LinAlgError as error:
        raise DataError(
            "moments_dependent",
            "Some margins of the responses determine others, so that their fit cannot be judged; "
            "merge categories that nearly nobody chose.",
        ) from error


def _baseline(
    observed: list[ObservedMoments],
    curves: tuple[ItemCurve, ...],
    features: Features,
    responses: ResponseMatrix,
    coded: CodedResponses,
    items: CalibratedItems,
) -> tuple[float, int]:
    """The statistic of independent items, each with its own shares of the categories by group."""
    back = np.argsort(items.item_set.order)
    scores, seen = coded.scores[:, back], coded.observed[:, back]
    one = np.ones(1)
    expected: list[ModelMoments] = []
    own_directions: list[FloatArray] = []
    for code in range(len(observed)):
        here = (responses.group_codes == code) & (responses.weights > 0)
        margins = tuple(
            _margin(scores[:, i], seen[:, i] & here, responses.weights, curve.n_categories)
            for i, curve in enumerate(curves)
        )
        expected.append(model_moments(margins, one, features))
        own_directions.append(_margin_directions(margins, features))
    return chi_square_form(observed, expected, _block_diagonal(own_directions))


def _margin(
    scores: ScoreArray, seen: BoolArray, weights: FloatArray, n_categories: int
) -> ItemCurve:
    counts = np.bincount(scores[seen], weights=weights[seen], minlength=n_categories)
    share = (counts / max(counts.sum(), 1e-300))[:, None]
    return ItemCurve(share, np.zeros_like(share), np.zeros_like(share))


def _margin_directions(margins: tuple[ItemCurve, ...], features: Features) -> FloatArray:
    columns = []
    for i, margin in enumerate(margins):
        k = margin.n_categories
        by_share = np.concatenate([-np.ones((k - 1, 1)), np.eye(k - 1)], axis=1)[:, :, None]
        columns.append(moment_derivatives(margins, np.ones(1), features, i, by_share))
    return np.concatenate(columns, axis=1)


def _block_diagonal(parts: list[FloatArray]) -> list[FloatArray]:
    """Parameters of one group do not move the moments of another."""
    widths = [part.shape[1] for part in parts]
    starts = np.cumsum([0, *widths])
    result = []
    for g, part in enumerate(parts):
        wide = np.zeros((len(part), starts[-1]))
        wide[:, starts[g] : starts[g + 1]] = part
        result.append(wide)
    return result


def _srmsr(observed: list[ObservedMoments], expected: list[ModelMoments]) -> tuple[float, ...]:
    values = []
    for own, model in zip(observed, expected, strict=True):
        difference = own.correlation - model.correlation
        values.append(float(np.sqrt(np.nanmean(difference**2))))
    return tuple(values)


def _result(
    statistic: str,
    value: float,
    df: int,
    n: float,
    baseline: tuple[float, int],
    srmsr: tuple[float, ...],
    groups: tuple[str, ...],
) -> ModelFit:
    base, base_df = baseline
    has_baseline = base_df > 0 and base > base_df
    low, high = _rmsea_interval(value, df, n)
    return ModelFit(
        statistic=statistic,
        value=value,
        df=df,
        p=float(scipy.special.gammaincc(df / 2.0, value / 2.0)),
        rmsea=float(np.sqrt(max(value / df - 1.0, 0.0) / max(n - 1.0, 1.0))),
        rmsea_low=low,
        rmsea_high=high,
        groups=groups,
        srmsr=srmsr,
        tli=(base / base_df - value / df) / (base / base_df - 1.0) if has_baseline else None,
        cfi=float(np.clip(1.0 - (value - df) / (base - base_df), 0, 1)) if has_baseline else None,
        baseline=base,
        baseline_df=base_df,
    )


def _rmsea_interval(value: float, df: int, n: float) -> tuple[float, float]:
    """From the noncentralities under which the value lies at the ends of its distribution."""
    return _rmsea_at(value, df, n, 1.0 - RMSEA_TAIL), _rmsea_at(value, df, n, RMSEA_TAIL)


def _rmsea_at(value: float, df: int, n: float, share_below: float) -> float:
    if scipy.special.chndtr(value, df, 0.0) <= share_below:
        return 0.0
    noncentrality = float(scipy.special.chndtrinc(value, df, share_below))
    return float(np.sqrt(noncentrality / (df * max(n - 1.0, 1.0))))
