"""A calibration on another scale: the same curves, other numbers."""

from dataclasses import replace

import numpy as np

from psychometrics.linking.link import Link
from psychometrics.results import Calibration, Caution, Group, ItemErrors, ItemEstimate

Number = float | tuple[float, ...] | None
MaybeNumber = float | tuple[float | None, ...] | None


def transform(calibration: Calibration, link: Link) -> Calibration:
    r"""Put items, populations and their standard errors on the base scale of a link.

    .. math:: a \to a / A, \quad b \to A b + B, \quad \mu \to A \mu + B, \quad \sigma \to A \sigma

    Lower asymptotes stay. Standard errors are carried over with the link taken as known; what the
    link itself is uncertain by is :meth:`Link.standard_error`, the same for all, and the linking
    error of :mod:`psychometrics.linking.linking_error`.

    Parameters
    ----------
    calibration : Calibration
    link : Link

    Returns
    -------
    Calibration
        With the same log-likelihood and a caution ``linked`` that names the link. The nodes keep
        their distance in population SDs and reach as far as before on both sides.

    Notes
    -----
    Probabilities at transformed abilities equal the old ones at the old abilities to rounding
    (tests/psychometrics/linking/test_link_laws.py).
    """
    reach = abs(link.A) * calibration.limit + abs(link.B)
    n_nodes = int(np.ceil((calibration.n_nodes - 1) * reach / (link.A * calibration.limit))) + 1
    return replace(
        calibration,
        items=tuple(transform_item(item, link) for item in calibration.items),
        groups=tuple(_group(group, link) for group in calibration.groups),
        limit=reach,
        n_nodes=n_nodes,
        cautions=(*calibration.cautions, _linked(link)),
    )


def transform_item(item: ItemEstimate, link: Link) -> ItemEstimate:
    """One item on the base scale of a link."""
    return replace(
        item,
        a=item.a / link.A,
        b=_moved(item.b, link),
        steps=_moved_steps(item.steps, link),
        se=_errors(item.se, link),
    )


def _moved(value: Number, link: Link) -> Number:
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(link.A * v + link.B for v in value)
    return link.A * value + link.B


def _moved_steps(steps: tuple[float, ...] | None, link: Link) -> tuple[float, ...] | None:
    return None if steps is None else tuple(link.A * v + link.B for v in steps)


def _errors(se: ItemErrors, link: Link) -> ItemErrors:
    steps = _stretched(se.steps, link.A)
    return replace(
        se,
        a=None if se.a is None else se.a / link.A,
        b=_stretched(se.b, link.A),
        steps=steps if isinstance(steps, tuple) else None,
    )


def _stretched(value: MaybeNumber, slope: float) -> MaybeNumber:
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(None if v is None else slope * v for v in value)
    return slope * value


def _group(group: Group, link: Link) -> Group:
    return replace(
        group,
        mean=link.A * group.mean + link.B,
        sd=link.A * group.sd,
        se_mean=None if group.se_mean is None else link.A * group.se_mean,
        se_sd=None if group.se_sd is None else link.A * group.se_sd,
    )


def _linked(link: Link) -> Caution:
    text = (
        f"Linked by {link.method} on {len(link.anchors)} anchors: A = {link.A:.4f}, "
        f"B = {link.B:.4f}."
    )
    params = {"A": link.A, "B": link.B, "method": link.method, "anchors": list(link.anchors)}
    return Caution("linked", text, None, params)
