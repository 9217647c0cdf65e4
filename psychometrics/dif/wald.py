"""Wald tests of invariance under an IRT model: Lord's test and its two joint-calibration successors."""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.classes import LEVEL
from psychometrics.dif.group_items import Fit, GroupItems, Part
from psychometrics.dif.irt_results import IrtDif, IrtItem, IrtMethod, with_adjusted_p
from psychometrics.dif.irt_setup import (
    Setup,
    check_anchors,
    effects_of,
    infinite_cautions,
    set_up,
    untested,
)
from psychometrics.dif.significance import Adjustment, ChiSquare, chi_square, quadratic_form
from psychometrics.estimation.specification import ModelChoice
from psychometrics.priors import Prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Caution


def wald_dif(
    responses: ResponseMatrix,
    model: ModelChoice = "2pl",
    *,
    focal: str | Sequence[str] | None = None,
    anchors: Sequence[str] | None = None,
    priors: Sequence[Prior | str] = (),
    quadrature: Quadrature | None = None,
    level: float = LEVEL,
    adjustment: Adjustment = "benjamini_hochberg",
    missing: MissingTreatment = FOR_CALIBRATION,
) -> IrtDif:
    r"""Wald DIF of every item from one joint calibration of the groups.

    .. math:: X^2 = (\hat\xi_F - \hat\xi_R)^\top\, [C \hat\Sigma C^\top]^{-1} (\hat\xi_F - \hat\xi_R)

    in the parameters the item is estimated in (slope and intercepts, logit of asymptotes), with the
    joint covariance from the observed information.

    Parameters
    ----------
    responses, model, focal, priors, quadrature, level, adjustment, missing
        As for :func:`psychometrics.dif.likelihood_ratio_dif`.
    anchors : sequence of str, optional
        Wald-1: these items are equal across groups and carry the scale; all others are free and
        tested, and the test allows for the uncertainty of the focal groups' means and SDs. Without
        anchors Wald-2: means and SDs come from a calibration with all items equal and are then held
        fixed while every item is free and tested.

    Returns
    -------
    IrtDif
        ``nonuniform`` tests slopes (and asymptotes), ``uniform`` what the rest adds given these.

    Raises
    ------
    DataError, ModelError
        As :func:`psychometrics.dif.likelihood_ratio_dif`.

    Notes
    -----
    One calibration serves all items. Wald-2 takes the populations for known, and has them from a model
    in which items with DIF pull the scale: it is conservative without DIF (docs/methods/dif.md) and
    biased with it, so use it to choose anchors for Wald-1.

    References
    ----------
    Lord (1980), *Applications of Item Response Theory to Practical Testing Problems*, ch. 14.
    Langer (2008), dissertation, University of North Carolina. Woods, Cai & Wang (2013), Educ. Psychol.
    Meas. 73, 532-547.
    """
    setup = set_up(
        responses, model, focal=focal, priors=priors, quadrature=quadrature, missing=missing
    )
    if anchors is not None:
        check_anchors(setup.responses.items, anchors)
    candidates = tuple(i for i in setup.testable if i not in (anchors or ()))
    fit = _fit(setup, candidates, is_anchored=anchors is not None)
    covariance = setup.items.covariance(fit)
    found = [
        _item(setup, fit, covariance, item) if item in candidates else untested(item)
        for item in setup.responses.items
    ]
    method: IrtMethod = "wald_2" if anchors is None else "wald_1"
    return IrtDif(
        method=method,
        scheme="wald",
        groups=setup.items.populations(fit, setup.sizes),
        log_likelihood=fit.log_likelihood,
        anchors=tuple(i for i in setup.responses.items if i not in candidates),
        items=with_adjusted_p(found, adjustment),
        rounds=(),
        level=level,
        adjustment=adjustment,
        converged=fit.converged,
        cautions=(
            *setup.cautions,
            *(_no_covariance() if covariance is None else ()),
            *infinite_cautions(setup, {item: fit for item in candidates}),
        ),
    )


def _fit(setup: Setup, candidates: Sequence[str], is_anchored: bool) -> Fit:
    """All candidates free; the scale carried by the anchors, or by populations that are known."""
    items = setup.items
    equal = items.fit(items.hypothesis({}), items.start)
    own: dict[str, Part] = {item: "all" for item in candidates}
    population = None if is_anchored else equal.full[items.item_set.n_parameters :]
    return items.fit(items.hypothesis(own, population), equal.full, items.curvature_at(equal))


def _item(setup: Setup, fit: Fit, covariance: FloatArray | None, item: str) -> IrtItem:
    whole = nonuniform = None
    if covariance is not None and setup.items.is_finite(fit, item):
        whole, nonuniform = _tests(setup.items, fit, covariance, item)
    uniform = whole
    if whole is not None and nonuniform is not None:
        uniform = _beyond(whole, nonuniform)
    return IrtItem(
        item=item,
        any=whole,
        uniform=uniform,
        nonuniform=nonuniform,
        p_adjusted=None,
        is_anchor=False,
        estimates=setup.items.estimates(fit, item),
        effects=effects_of(setup, fit, item),
    )


def _tests(
    items: GroupItems, fit: Fit, covariance: FloatArray, item: str
) -> tuple[ChiSquare | None, ChiSquare | None]:
    """Of all differences from the first group's parameters, and of those that are not intercepts."""
    first, *others = items.versions(item)
    contrast = np.zeros((len(others), len(items.entries(first)), len(fit.full)))
    for k, position in enumerate(others):
        for j, (mine, its) in enumerate(
            zip(items.entries(first), items.entries(position), strict=True)
        ):
            contrast[k, j, its], contrast[k, j, mine] = 1.0, -1.0
    not_intercepts = ~items.intercepts(first)
    return (
        _of_contrast(contrast, fit.full, covariance),
        _of_contrast(contrast[:, not_intercepts], fit.full, covariance),
    )


def _of_contrast(
    contrast: FloatArray, full: FloatArray, covariance: FloatArray
) -> ChiSquare | None:
    rows = contrast.reshape(-1, contrast.shape[-1])
    if not len(rows):
        return None
    return quadratic_form(rows @ full, rows @ covariance @ rows.T)


def _beyond(whole: ChiSquare, part: ChiSquare) -> ChiSquare | None:
    if whole.df == part.df:
        return None
    return chi_square(whole.statistic - part.statistic, whole.df - part.df)


def _no_covariance() -> tuple[Caution, ...]:
    text = (
        "The observed information is not positive definite, so no item could be tested; use a simpler "
        "model, priors, or more anchors."
    )
    return (Caution("no_covariance", text),)
