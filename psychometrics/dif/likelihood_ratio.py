"""Likelihood-ratio tests of invariance under an IRT model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from psychometrics.arrays import FloatArray
from psychometrics.dif.classes import LEVEL
from psychometrics.dif.group_items import Fit, Part
from psychometrics.dif.irt_results import IrtDif, IrtItem, with_adjusted_p
from psychometrics.dif.irt_setup import (
    Setup,
    check_anchors,
    effects_of,
    infinite_cautions,
    set_up,
    untested,
)
from psychometrics.dif.significance import Adjustment, ChiSquare, chi_square
from psychometrics.errors import ModelError
from psychometrics.estimation.optimise import Curvature
from psychometrics.estimation.specification import ModelChoice
from psychometrics.priors import Prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment

Scheme = Literal["drop", "add", "drop_sequential", "add_sequential"]


def likelihood_ratio_dif(
    responses: ResponseMatrix,
    model: ModelChoice = "2pl",
    *,
    focal: str | Sequence[str] | None = None,
    anchors: Sequence[str] | None = None,
    scheme: Scheme | None = None,
    priors: Sequence[Prior | str] = (),
    quadrature: Quadrature | None = None,
    level: float = LEVEL,
    adjustment: Adjustment = "benjamini_hochberg",
    max_rounds: int = 10,
    missing: MissingTreatment = FOR_CALIBRATION,
) -> IrtDif:
    r"""Likelihood-ratio DIF of every item.

    .. math:: X^2 = 2\,(\ell_{\text{item free}} - \ell_{\text{item equal}})

    with as many degrees of freedom as parameters are freed. Means and SDs of the focal groups are free
    in all models.

    Parameters
    ----------
    responses : ResponseMatrix
        With groups, the first of which is the reference group, N(0, 1).
    model : str, mapping or sequence
        As for :func:`psychometrics.calibrate`; polytomous models too.
    focal : str or sequence of str, optional
        Groups tested against the reference group, several at once; all others unless given.
    anchors : sequence of str, optional
        Items known to work alike. They are not tested.
    scheme : {"drop", "add", "drop_sequential", "add_sequential"}, optional
        Drop: all items equal in the baseline, each in turn freed (all others are anchors). Add: only
        the anchors equal, each other item in turn made equal. Sequential: items that show DIF are freed
        (or items that do not are added to the anchors), and all are tested again, until nothing
        changes. Add where anchors are given, drop otherwise, unless said.
    priors, quadrature
        As for :func:`psychometrics.calibrate`. With priors the estimates are posterior modes and the
        statistic is only about chi-square distributed.
    level : float
        Of the tests of a sequential scheme, on adjusted p-values, and of ``flagged``.
    adjustment : {"none", "holm", "benjamini_hochberg"}
    max_rounds : int
        Of a sequential scheme.
    missing : MissingTreatment

    Returns
    -------
    IrtDif

    Raises
    ------
    DataError, ModelError
        As :func:`psychometrics.calibrate`; no groups; adding without anchors, unknown anchors.

    Notes
    -----
    The observed information at the baseline guides the search for every other model, which begins at
    the baseline's estimates: a refit takes about three passes over the responses. An item with DIF
    among the anchors makes others look bad; sequential dropping or designated anchors answer that.

    References
    ----------
    Thissen, Steinberg & Wainer (1993), in Holland & Wainer (eds), *Differential Item Functioning*,
    67-113. Woods (2009), Appl. Psychol. Meas. 33, 42-57 (anchors).
    """
    chosen = _scheme(scheme, anchors)
    setup = set_up(
        responses, model, focal=focal, priors=priors, quadrature=quadrature, missing=missing
    )
    known = tuple(anchors or ())
    if anchors is not None:
        check_anchors(setup.responses.items, known)
    search = _Search(setup, tuple(i for i in setup.testable if i not in known), level, adjustment)
    free, rounds = search.settle(chosen, max_rounds)
    items = search.tested(free)
    return search.result(chosen, free, items, rounds)


def _scheme(scheme: Scheme | None, anchors: Sequence[str] | None) -> Scheme:
    found = scheme or ("drop" if anchors is None else "add")
    if found not in ("drop", "add", "drop_sequential", "add_sequential"):
        raise ModelError(
            "unknown_scheme",
            f"There is no scheme {found!r}; choose drop, add, drop_sequential or add_sequential.",
            scheme=str(found),
        )
    if found.startswith("add") and anchors is None:
        raise ModelError(
            "scheme_needs_anchors",
            f"Scheme {found!r} starts from items known to work alike; name anchors.",
            scheme=found,
        )
    return found


@dataclass(frozen=True)
class _Base:
    """The fit from which single items are freed or made equal."""

    own: dict[str, Part]
    fit: Fit
    curvature: Curvature


class _Search:
    """All models of one analysis, each fitted from the nearest one."""

    def __init__(
        self, setup: Setup, candidates: tuple[str, ...], level: float, adjustment: Adjustment
    ) -> None:
        self.setup, self.candidates = setup, candidates
        self.level, self.adjustment = level, adjustment
        self.converged = True
        self.wide: dict[str, Fit] = {}  # by the item that is free in it
        self._base: _Base | None = None
        self._tested: tuple[frozenset[str], tuple[IrtItem, ...]] | None = None

    def settle(
        self, scheme: Scheme, max_rounds: int
    ) -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
        """Items free in the final baseline, and what changed in each round."""
        is_add = scheme.startswith("add")
        free = frozenset(self.candidates if is_add else ())
        rounds: list[tuple[str, ...]] = []
        while scheme.endswith("sequential") and len(rounds) < max_rounds:
            items = self.tested(free)
            bad = {i.item for i in items if i.p_adjusted is not None and i.p_adjusted < self.level}
            wanted = frozenset(free & bad if is_add else free | bad)
            if wanted == free or len(wanted) > len(self.setup.responses.items) - 1:
                break
            rounds.append(tuple(i for i in self.candidates if i in wanted ^ free))
            free = wanted
        return free, tuple(rounds)

    def base(self, free: frozenset[str]) -> _Base:
        """The baseline with these items free."""
        own: dict[str, Part] = {item: "all" for item in self.candidates if item in free}
        if self._base is None or self._base.own != own:
            start = self.setup.items.start if self._base is None else self._base.fit.full
            fit = self._fit(own, start, None)
            self._base = _Base(own, fit, self.setup.items.curvature_at(fit))
        return self._base

    def _fit(self, own: dict[str, Part], start: FloatArray, curvature: Curvature | None) -> Fit:
        items = self.setup.items
        fit = items.fit(items.hypothesis(own), start, curvature)
        self.converged = self.converged and fit.converged
        return fit

    def tested(self, free: frozenset[str]) -> tuple[IrtItem, ...]:
        """Every item under the baseline with these items free."""
        if self._tested is None or self._tested[0] != free:
            base = self.base(free)
            self.wide = {}
            found = [
                self._item(item, base) if item in self.candidates else untested(item)
                for item in self.setup.responses.items
            ]
            self._tested = free, with_adjusted_p(found, self.adjustment)
        return self._tested[1]

    def _item(self, item: str, base: _Base) -> IrtItem:
        wide, narrow = self._with(item, "all", base), self._with(item, None, base)
        self.wide[item] = wide
        has_slope = self.setup.items.has_own_slope(item)
        middle = self._with(item, "intercepts", base) if has_slope else wide
        return IrtItem(
            item=item,
            any=_ratio(wide, narrow),
            uniform=_ratio(middle, narrow),
            nonuniform=_ratio(wide, middle) if has_slope else None,
            p_adjusted=None,
            is_anchor=item not in base.own,
            estimates=self.setup.items.estimates(wide, item),
            effects=effects_of(self.setup, wide, item),
        )

    def _with(self, item: str, part: Part | None, base: _Base) -> Fit:
        """The baseline with this part of one item free."""
        if base.own.get(item) == part:
            return base.fit
        own = {label: freed for label, freed in base.own.items() if label != item}
        if part is not None:
            own[item] = part
        return self._fit(own, base.fit.full, base.curvature)

    def result(
        self,
        scheme: Scheme,
        free: frozenset[str],
        items: tuple[IrtItem, ...],
        rounds: tuple[tuple[str, ...], ...],
    ) -> IrtDif:
        """Everything about the final baseline."""
        base = self.base(free)
        return IrtDif(
            method="likelihood_ratio",
            scheme=scheme,
            groups=self.setup.items.populations(base.fit, self.setup.sizes),
            log_likelihood=base.fit.log_likelihood,
            anchors=tuple(i for i in self.setup.responses.items if i not in free),
            items=items,
            rounds=rounds,
            level=self.level,
            adjustment=self.adjustment,
            converged=self.converged,
            cautions=(*self.setup.cautions, *infinite_cautions(self.setup, self.wide)),
        )


def _ratio(wide: Fit, narrow: Fit) -> ChiSquare:
    return chi_square(
        2.0 * (wide.log_likelihood - narrow.log_likelihood), wide.n_free - narrow.n_free
    )
