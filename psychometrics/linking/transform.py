"""A calibration on another scale: the same curves, other numbers."""

from dataclasses import replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.linking.anchors import parameter_labels
from psychometrics.linking.link import Link
from psychometrics.quadrature import Quadrature
from psychometrics.results import (
    Calibration,
    Caution,
    Group,
    ItemErrors,
    ItemEstimate,
    ParameterCovariance,
)

Errors = tuple[float | None, ...]


def transform(calibration: Calibration, link: Link) -> Calibration:
    r"""Put items, populations and their standard errors on the base scale of a link.

    .. math:: a \to a / A, \quad b \to A b + B, \quad \mu \to A \mu + B, \quad \sigma \to A \sigma

    and for a nominal item :math:`\alpha_k \to \alpha_k / A`,
    :math:`\delta_k \to \delta_k - \alpha_k B / A`. Asymptotes stay. Standard errors are carried over
    with the link taken as known; what the link itself is uncertain by is
    :meth:`Link.standard_error`, the same for all, and the linking error of
    :mod:`psychometrics.linking.linking_error`.

    Parameters
    ----------
    calibration : Calibration
    link : Link

    Returns
    -------
    Calibration
        With the same log-likelihood and a caution ``linked`` that names the link. The nodes keep
        their distance in population SDs and reach as far as before on both sides; a density that was
        estimated is interpolated between them. Errors of nominal intercepts need the joint
        covariance (``calibrate(..., covariance=True)``) and are None without it.

    Notes
    -----
    Probabilities at transformed abilities equal the old ones at the old abilities to rounding
    (tests/psychometrics/linking/test_link_laws.py).
    """
    reach = link.A * calibration.limit + abs(link.B)
    n_nodes = int(np.ceil((calibration.n_nodes - 1) * reach / (link.A * calibration.limit))) + 1
    nodes = Quadrature(n_nodes, reach).nodes
    joint = _covariance(calibration, link)
    return replace(
        calibration,
        items=tuple(
            _with_intercept_errors(transform_item(item, link), joint) for item in calibration.items
        ),
        groups=tuple(_group(group, link, calibration.nodes, nodes) for group in calibration.groups),
        limit=reach,
        n_nodes=n_nodes,
        cautions=(*calibration.cautions, _linked(link)),
        covariance=joint,
    )


def transform_item(item: ItemEstimate, link: Link) -> ItemEstimate:
    """One item on the base scale of a link."""
    moved = replace(item, a=item.a / link.A, se=_errors(item.se, link))
    if item.slopes is not None and item.intercepts is not None:
        pairs = zip(item.slopes, item.intercepts, strict=True)
        return replace(
            moved,
            slopes=tuple(slope / link.A for slope in item.slopes),
            intercepts=tuple(start - slope * link.B / link.A for slope, start in pairs),
        )
    places = tuple(link.A * value + link.B for value in item.difficulties)
    if item.steps is not None:
        return replace(moved, steps=places)
    return replace(moved, b=places if isinstance(item.b, tuple) else places[0])


def _errors(se: ItemErrors, link: Link) -> ItemErrors:
    b = _times(se.b, link.A) if isinstance(se.b, tuple) else _product(se.b, link.A)
    return replace(
        se,
        a=_product(se.a, 1.0 / link.A),
        b=b,
        steps=_times(se.steps, link.A),
        slopes=_times(se.slopes, 1.0 / link.A),
        intercepts=se.intercepts if link.B == 0.0 else None,
        location=_product(se.location, link.A),
        thresholds=_times(se.thresholds, link.A),
    )


def _product(value: float | None, factor: float) -> float | None:
    return None if value is None else factor * value


def _times(values: Errors | None, factor: float) -> Errors | None:
    return None if values is None else tuple(_product(value, factor) for value in values)


def _group(group: Group, link: Link, old_nodes: FloatArray, nodes: FloatArray) -> Group:
    return replace(
        group,
        mean=link.A * group.mean + link.B,
        sd=link.A * group.sd,
        se_mean=_product(group.se_mean, link.A),
        se_sd=_product(group.se_sd, link.A),
        histogram=_histogram(group, link, old_nodes, nodes),
    )


def _histogram(
    group: Group, link: Link, old_nodes: FloatArray, nodes: FloatArray
) -> tuple[float, ...]:
    if not group.histogram:
        return ()
    own = (nodes - link.B) / link.A
    weights = np.interp(own, old_nodes, group.histogram, left=0.0, right=0.0)
    return tuple((weights / weights.sum()).tolist())


def _covariance(calibration: Calibration, link: Link) -> ParameterCovariance | None:
    """Joint covariance of the transformed parameters: every one but asymptotes is stretched."""
    if calibration.covariance is None:
        return None
    labels = calibration.covariance.labels
    jacobian = np.diag([_stretch(label.split("[")[0], link) for label in labels])
    position = {label: k for k, label in enumerate(labels)}
    for item in calibration.items:
        if item.slopes is None:
            continue
        names = parameter_labels([item])
        for slope, intercept in zip(
            names[: len(names) // 2], names[len(names) // 2 :], strict=True
        ):
            jacobian[position[intercept], position[slope]] = -link.B / link.A
    matrix = jacobian @ calibration.covariance.matrix @ jacobian.T
    return ParameterCovariance(labels, matrix)


def _stretch(name: str, link: Link) -> float:
    kind = name.rstrip("0123456789")
    if kind in ("c", "d", "intercept"):
        return 1.0
    return 1.0 / link.A if kind in ("a", "slope") else link.A


def _with_intercept_errors(item: ItemEstimate, joint: ParameterCovariance | None) -> ItemEstimate:
    if item.slopes is None or joint is None:
        return item
    names = parameter_labels([item])
    variances = np.diag(joint.of(*names[len(names) // 2 :])).tolist()
    errors = (None, *(v**0.5 if v > 0 else None for v in variances))
    return replace(item, se=replace(item.se, intercepts=errors))


def _linked(link: Link) -> Caution:
    text = (
        f"Linked by {link.method} on {len(link.anchors)} anchors: A = {link.A:.4f}, "
        f"B = {link.B:.4f}."
    )
    params = {"A": link.A, "B": link.B, "method": link.method, "anchors": list(link.anchors)}
    return Caution("linked", text, None, params)
