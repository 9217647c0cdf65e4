"""What the IRT methods return."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from psychometrics.dif.effect_sizes import CurveDifference
from psychometrics.dif.significance import Adjustment, ChiSquare, adjusted_p
from psychometrics.results import Caution, Group, ItemEstimate

IrtMethod = Literal["likelihood_ratio", "wald_1", "wald_2"]


@dataclass(frozen=True)
class IrtItem:
    """Invariance of one item across groups.

    Attributes
    ----------
    any : ChiSquare or None
        All parameters at once; None where the item could not be tested (see the cautions) or is a
        designated anchor.
    uniform : ChiSquare or None
        Intercepts, slopes held equal.
    nonuniform : ChiSquare or None
        What freeing slopes (and asymptotes) adds; None where the model has no slopes of its own.
    p_adjusted : float or None
        Of ``any``, for the number of items tested.
    is_anchor : bool
        Whether the item is equal across groups in the final baseline.
    estimates : tuple of ItemEstimate
        With parameters of its own in each group, labelled ``item@group``, the reference group first.
    effects : tuple of CurveDifference
        Of each focal group against the reference group, from these estimates.
    """

    item: str
    any: ChiSquare | None
    uniform: ChiSquare | None
    nonuniform: ChiSquare | None
    p_adjusted: float | None
    is_anchor: bool
    estimates: tuple[ItemEstimate, ...]
    effects: tuple[CurveDifference, ...]


@dataclass(frozen=True)
class IrtDif:
    """Invariance of all items under a model.

    Attributes
    ----------
    scheme : str
        How items were tested: ``drop``, ``add``, ``drop_sequential``, ``add_sequential``, or ``wald``.
    groups : tuple of Group
        Populations in the final baseline, the reference group first.
    log_likelihood : float
        Of the final baseline.
    anchors : tuple of str
        Items equal across groups in the final baseline.
    rounds : tuple of tuple of str
        Of a sequential scheme: what was freed (or added to the anchors) in each round.
    converged : bool
        Whether every search converged.
    """

    method: IrtMethod
    scheme: str
    groups: tuple[Group, ...]
    log_likelihood: float
    anchors: tuple[str, ...]
    items: tuple[IrtItem, ...]
    rounds: tuple[tuple[str, ...], ...]
    level: float
    adjustment: Adjustment
    converged: bool
    cautions: tuple[Caution, ...]

    @property
    def flagged(self) -> tuple[IrtItem, ...]:
        """Items whose adjusted p-value is below the level."""
        return tuple(
            i for i in self.items if i.p_adjusted is not None and i.p_adjusted < self.level
        )

    def item(self, label: str) -> IrtItem:
        """The result of this item."""
        for found in self.items:
            if found.item == label:
                return found
        raise KeyError(label)


def with_adjusted_p(items: Sequence[IrtItem], adjustment: Adjustment) -> tuple[IrtItem, ...]:
    """The items with their p-values adjusted for the number of tests."""
    known = iter(adjusted_p([i.any.p for i in items if i.any is not None], adjustment))
    return tuple(i if i.any is None else replace(i, p_adjusted=next(known)) for i in items)
