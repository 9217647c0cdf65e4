"""Rubin's rules: several plausible values, one estimate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.errors import DataError


@dataclass(frozen=True)
class Combined:
    """One estimate over all plausible values.

    Attributes
    ----------
    value, se : float
    sampling_variance : float
        Mean over the plausible values.
    imputation_variance : float
        Variance between the plausible values, before the factor 1 + 1/M.
    df : float or None
        Degrees of freedom for a t interval; None where nothing limits them.
    fmi : float
        Share of the total variance that is due to ability not being observed.
    """

    value: float
    se: float
    sampling_variance: float
    imputation_variance: float
    df: float | None
    fmi: float
    n_values: int

    @property
    def total_variance(self) -> float:
        """Square of the standard error."""
        return self.se**2


def combine(
    estimates: ArrayLike, sampling_variances: ArrayLike, *, complete_df: float | None = None
) -> Combined:
    r"""Combine the estimates from M plausible values.

    .. math:: \bar\theta = \tfrac1M \sum_m \theta_m, \quad U = \tfrac1M \sum_m U_m, \quad
              B = \tfrac{1}{M-1} \sum_m (\theta_m - \bar\theta)^2, \quad
              T = U + (1 + \tfrac1M) B

    Parameters
    ----------
    estimates, sampling_variances : (n_values,)
        One from each plausible value. Never average the values of a person first: that loses B.
    complete_df : float, optional
        Degrees of freedom the sampling variance would have with ability observed (number of zones);
        with it the degrees of freedom are those of Barnard and Rubin.

    Raises
    ------
    DataError
        Different lengths, nothing at all, or a variance that is negative or not finite.

    Notes
    -----
    Degrees of freedom :math:`\nu = (M - 1) / \lambda^2` with
    :math:`\lambda = (1 + 1/M) B / T`, which is the reported ``fmi``.

    References
    ----------
    Rubin (1987), *Multiple Imputation for Nonresponse in Surveys*, ch. 3. Barnard & Rubin (1999),
    Biometrika 86, 948-955.
    """
    values = np.atleast_1d(np.asarray(estimates, dtype=np.float64))
    within = np.atleast_1d(np.asarray(sampling_variances, dtype=np.float64))
    _check(values, within)
    number = len(values)
    sampling = float(within.mean())
    between = float(values.var(ddof=1)) if number > 1 else 0.0
    total = sampling + (1.0 + 1.0 / number) * between
    share = (1.0 + 1.0 / number) * between / total if total > 0 else 0.0
    return Combined(
        value=float(values.mean()),
        se=float(np.sqrt(total)),
        sampling_variance=sampling,
        imputation_variance=between,
        df=_degrees_of_freedom(number, share, complete_df),
        fmi=share,
        n_values=number,
    )


def _check(values: np.ndarray, within: np.ndarray) -> None:
    if values.shape != within.shape or values.ndim != 1 or not values.size:
        raise DataError(
            "estimates_do_not_match",
            f"{values.size} estimates and {within.size} variances; give one each a plausible value.",
            estimates=int(values.size),
            variances=int(within.size),
        )
    wrong = np.flatnonzero(~(np.isfinite(values) & np.isfinite(within) & (within >= 0)))
    if wrong.size:
        raise DataError(
            "variance_not_usable",
            f"Plausible value {int(wrong[0]) + 1}: the estimate or its variance is no usable number.",
            plausible_value=int(wrong[0]) + 1,
        )


def _degrees_of_freedom(number: int, share: float, complete_df: float | None) -> float | None:
    imputation = (number - 1) / share**2 if share > 0 else None
    if complete_df is None:
        return imputation
    observed = (complete_df + 1.0) / (complete_df + 3.0) * complete_df * (1.0 - share)
    if imputation is None:
        return float(complete_df)
    return 0.0 if observed <= 0 else 1.0 / (1.0 / imputation + 1.0 / observed)
