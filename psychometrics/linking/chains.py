r"""Links through other forms, and the average of several links between the same two.

A chain is a product of lines: :math:`A = \prod_k A_k`, :math:`B = \sum_k B_k \prod_{l>k} A_l`. Several
links between the same scales are averaged by their weighted bisector,

.. math:: A = \sum_p \omega_p A_p, \quad B = \sum_p \omega_p B_p, \qquad
          \omega_p \propto w_p (1 + A_p^2)^{-1/2},

a weighted mean whose inverse is the same mean of the inverse links. Holland &
Strawderman (2011), in von Davier (ed.), *Statistical Models for Test Equating, Scaling, and Linking*;
Battauz (2013), Psychometrika 78, 464-480.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.linking.link import Link, Method, link, with_covariance
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import Calibration


def chain(links: Sequence[Link]) -> Link:
    """One link that does what these do one after the other.

    Parameters
    ----------
    links : sequence of Link
        The first starts on the new scale, the last ends on the base scale.

    Returns
    -------
    Link
        With standard errors where every link has them, as if the links were independent; neighbours
        share a form, so the bootstrap over persons is the check.

    Raises
    ------
    ModelError
        There is no link.
    """
    if not links:
        raise ModelError("no_links", "A chain needs at least one link.")
    total = links[0]
    for each in links[1:]:
        total = _then(total, each)
    return total


def _then(first: Link, second: Link) -> Link:
    joined = Link(
        A=second.A * first.A,
        B=second.A * first.B + second.B,
        method=first.method if first.method == second.method else "chain",
        anchors=(*first.anchors, *second.anchors),
        symmetric=first.symmetric and second.symmetric,
    )
    if first.se_A is None or second.se_A is None:
        return joined
    by_first = second.A * np.eye(2)
    by_second = np.array([[first.A, 0.0], [first.B, 1.0]])
    covariance = by_first @ first.covariance @ by_first.T
    covariance += by_second @ second.covariance @ by_second.T
    return with_covariance(joined, covariance)


def bisector(links: Sequence[Link], weights: ArrayLike | None = None) -> Link:
    """Weighted bisector of several links between the same two scales.

    Parameters
    ----------
    links : sequence of Link
    weights : (n_links,), optional
        How much each counts; equal unless given.

    Returns
    -------
    Link
        Without standard errors: the links share forms.

    Raises
    ------
    ModelError
        No link, or weights that do not fit.
    """
    w = np.ones(len(links)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not links or w.shape != (len(links),) or (w < 0).any() or not w.sum() > 0:
        raise ModelError(
            "bad_link_weights", "Give at least one link, and one non-negative weight for each."
        )
    lines = np.array([each.coefficients for each in links])
    share = w / np.hypot(1.0, lines[:, 0])
    slope, intercept = (share @ lines / share.sum()).tolist()
    anchors = tuple(dict.fromkeys(label for each in links for label in each.anchors))
    return Link(slope, intercept, "bisector", anchors, all(each.symmetric for each in links))


@dataclass(frozen=True)
class PathLink:
    """One way from the new form to the base form."""

    path: tuple[str, ...]
    link: Link


@dataclass(frozen=True)
class NetworkLink:
    """The average over every way, and the ways."""

    link: Link
    paths: tuple[PathLink, ...]

    @property
    def largest_disagreement(self) -> float:
        """Largest difference between two ways at abilities -2 to 2 of the new scale, logits."""
        theta = np.linspace(-2.0, 2.0, 5)
        values: FloatArray = np.stack([each.link(theta) for each in self.paths])
        return float(np.ptp(values, axis=0).max())


def link_through(
    calibrations: Mapping[str, Calibration],
    start: str,
    end: str,
    *,
    method: Method = "haebara",
    weights: AbilityWeights | None = None,
    fewest_anchors: int = 2,
    longest: int = 3,
) -> NetworkLink:
    """Link two forms directly and through others, and average the ways by their bisector.

    Parameters
    ----------
    calibrations : mapping of form to Calibration
    start, end : str
        The form to be linked and the form whose scale is wanted.
    fewest_anchors : int
        Forms with fewer common items do not count as connected.
    longest : int
        Most links in one way.

    Returns
    -------
    NetworkLink
        Ways that disagree show errors that no single link can show.

    Raises
    ------
    ModelError
        A form is unknown, or no way leads from one to the other.
    """
    for form in (start, end):
        if form not in calibrations:
            raise ModelError("unknown_form", f"There is no form {form!r}.", form=form)
    common = _common_items(calibrations, fewest_anchors)
    paths = list(_paths(common, (start,), end, longest))
    direct = {
        (one, other): link(calibrations[one], calibrations[other], method=method, weights=weights)
        for one, other in sorted({pair for path in paths for pair in pairwise(path)})
    }
    if not paths:
        raise ModelError(
            "forms_not_connected",
            f"No chain of at most {longest} links with {fewest_anchors} anchors each leads from "
            f"{start!r} to {end!r}.",
            start=start,
            end=end,
        )
    found = [PathLink(path, chain([direct[pair] for pair in pairwise(path)])) for path in paths]
    return NetworkLink(bisector([each.link for each in found]), tuple(found))


def _common_items(calibrations: Mapping[str, Calibration], fewest: int) -> dict[str, list[str]]:
    """Which forms are neighbours."""
    items = {form: {item.item for item in each.items} for form, each in calibrations.items()}
    return {
        one: [other for other in items if other != one and len(items[one] & items[other]) >= fewest]
        for one in items
    }


def _paths(
    neighbours: Mapping[str, Sequence[str]], so_far: tuple[str, ...], end: str, longest: int
) -> Iterator[tuple[str, ...]]:
    if so_far[-1] == end:
        yield so_far
        return
    if len(so_far) > longest:
        return
    for form in neighbours[so_far[-1]]:
        if form not in so_far:
            yield from _paths(neighbours, (*so_far, form), end, longest)
