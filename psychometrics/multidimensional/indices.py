"""How much of a test under a bifactor model is its general ability."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.multidimensional.results import BifactorCalibration

LOGISTIC_VARIANCE = float(np.pi**2 / 3.0)


@dataclass(frozen=True)
class BifactorIndices:
    """Strength of the general ability.

    Attributes
    ----------
    omega : float
        Share of the variance of the sum of the latent responses that all common factors explain.
    omega_h : float
        The share that the general ability explains.
    omega_specific : mapping from factor to float
        Within each factor's items, the share that the factor explains beside the general ability.
    ecv : float
        Explained common variance: the general ability's part of it.
    item_ecv : mapping from item to float
        The same of every item; 1 where there is no specific factor.
    puc : float
        Share of pairs of items whose correlation the general ability alone explains.
    """

    omega: float
    omega_h: float
    omega_specific: dict[str, float]
    ecv: float
    item_ecv: dict[str, float]
    puc: float


def bifactor_indices(calibration: BifactorCalibration) -> BifactorIndices:
    r"""Omega hierarchical, explained common variance and their relatives.

    Of standardised loadings on the latent responses, in the reference group,

    .. math:: \gamma_i = \frac{a_i \sigma}{s_i}, \quad \lambda^*_i = \frac{\lambda_i}{s_i}, \quad
              s_i = \sqrt{a_i^2 \sigma^2 + \lambda_i^2 + \pi^2 / 3}

    .. math:: \omega_h = \frac{(\sum \gamma_i)^2}{(\sum \gamma_i)^2 + \sum_c (\sum_{i \in c}
              \lambda^*_i)^2 + \sum (1 - \gamma_i^2 - \lambda^{*2}_i)}, \qquad
              \mathrm{ECV} = \frac{\sum \gamma_i^2}{\sum \gamma_i^2 + \sum \lambda^{*2}_i}

    Parameters
    ----------
    calibration : BifactorCalibration

    Returns
    -------
    BifactorIndices

    Notes
    -----
    A latent response with a logistic residual stands behind each response under 2PL and GRM; for
    the other models the loadings, and so these indices, are an approximation that leaves out
    guessing and takes the slope between neighbouring categories for that of the whole item.

    References
    ----------
    Reise (2012), Multivariate Behav. Res. 47, 667-696. Rodriguez, Reise & Haviland (2016), Psych.
    Methods 21, 137-150.
    """
    general, specific = standardised_loadings(calibration)
    names = np.array([item.specific or "" for item in calibration.items])
    factors = [factor.name for factor in calibration.factors]
    by_factor = {name: float(specific[names == name].sum() ** 2) for name in factors}
    rest = 1.0 - general**2 - specific**2
    of_general = float(general.sum() ** 2)
    common = of_general + sum(by_factor.values())
    total = common + float(rest.sum())
    squared, all_squared = general**2, general**2 + specific**2
    labels = [item.general.item for item in calibration.items]
    return BifactorIndices(
        omega=common / total,
        omega_h=of_general / total,
        omega_specific={
            name: own / (own + float(general[names == name].sum() ** 2 + rest[names == name].sum()))
            for name, own in by_factor.items()
        },
        ecv=float(squared.sum() / all_squared.sum()),
        item_ecv=dict(zip(labels, (squared / all_squared).tolist(), strict=True)),
        puc=_uncontaminated(names.tolist()),
    )


def standardised_loadings(calibration: BifactorCalibration) -> tuple[FloatArray, FloatArray]:
    """General and specific loadings of the latent responses, (n_items,) each."""
    a = np.array([item.general.a for item in calibration.items]) * calibration.groups[0].sd
    specific = np.array([item.specific_slope for item in calibration.items])
    spread = np.sqrt(a**2 + specific**2 + LOGISTIC_VARIANCE)
    return a / spread, specific / spread


def _uncontaminated(names: list[str]) -> float:
    pairs = [not one or one != other for one, other in combinations(names, 2)]
    return sum(pairs) / len(pairs)
