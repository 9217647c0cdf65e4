"""Our estimates under the names that mirt gives to parameters, with standard errors."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from psychometrics import Calibration, ItemEstimate
from psychometrics.arrays import FloatArray
from psychometrics.results import Group

Named = dict[str, tuple[float, float | None]]  # value and standard error
UNBOUNDED = 990.0  # mirt writes -999 and 999 for asymptotes at 0 and 1


def named_values(calibration: Calibration, item: ItemEstimate) -> Named:
    """Every parameter of an item: IRT form, slope-intercept form, asymptotes on both scales."""
    if item.slopes is not None:
        return _nominal(item)
    found: Named = {"a": (item.a, item.se.a), "a1": (item.a, item.se.a)}
    found |= _difficulties(item)
    found |= _intercepts(calibration, item)
    for name, value, se in (("g", item.c, item.se.c), ("u", item.d, item.se.d)):
        if value is not None:
            found[name] = value, se
            slope = value * (1.0 - value)
            on_logit = float(np.log(value / (1.0 - value)))
            found[f"logit({name})"] = on_logit, None if se is None else se / slope
    return found


def _difficulties(item: ItemEstimate) -> Named:
    values = item.difficulties
    if len(values) == 1:
        return {"b": (values[0], item.se.b if isinstance(item.se.b, float) else None)}
    errors = item.se.steps or item.se.b
    listed = errors if isinstance(errors, tuple) else (None,) * len(values)
    return {f"b{k}": pair for k, pair in enumerate(zip(values, listed, strict=True), start=1)}


def _intercepts(calibration: Calibration, item: ItemEstimate) -> Named:
    """d of mirt; its standard error from the joint covariance of a and the difficulties."""
    b = np.array(item.difficulties)
    adds_up = item.model not in ("grm",)
    sums = np.tril(np.ones((len(b), len(b)))) if adds_up else np.eye(len(b))
    value = -item.a * (sums @ b)
    jacobian = np.column_stack([-(sums @ b), -item.a * sums])
    covariance = _covariance(calibration, item, len(b))
    errors: Sequence[float | None] = [None] * len(b)
    if covariance is not None:
        errors = np.sqrt(np.diag(jacobian @ covariance @ jacobian.T)).tolist()
    names = ["d"] if len(b) == 1 else [f"d{k}" for k in range(1, len(b) + 1)]
    return dict(zip(names, zip(value.tolist(), errors, strict=True), strict=True))


def _covariance(calibration: Calibration, item: ItemEstimate, n: int) -> FloatArray | None:
    if calibration.covariance is None:
        return None
    names = ["b"] if n == 1 else [f"b{k}" for k in range(1, n + 1)]
    return calibration.covariance.of(*(f"{name}[{item.item}]" for name in ("a", *names)))


def _nominal(item: ItemEstimate) -> Named:
    scores, intercepts = item.scores or (), item.intercepts or ()
    score_errors = item.se.scores or (None,) * len(scores)
    intercept_errors = item.se.intercepts or (None,) * len(intercepts)
    found: Named = {"a1": (item.a, item.se.a)}
    for k in range(1, len(scores)):
        found[f"ak{k}"] = scores[k], score_errors[k]
        found[f"d{k}"] = intercepts[k], intercept_errors[k]
    return found


def rating_scale_values(calibration: Calibration) -> list[Named]:
    """mirt's rating scale: common steps (those of the first item), and a shift of each item."""
    first = calibration.items[0]
    steps = _difficulties(first)
    slope: Named = {"a1": (first.a, None)}
    return [slope | steps | {"c": _shift(calibration, first, item)} for item in calibration.items]


def _shift(
    calibration: Calibration, first: ItemEstimate, item: ItemEstimate
) -> tuple[float, float | None]:
    value = first.difficulties[0] - item.difficulties[0]
    if calibration.covariance is None or item is first:
        return value, None
    spread = calibration.covariance.of(f"b1[{first.item}]", f"b1[{item.item}]")
    return value, float(np.sqrt(spread[0, 0] + spread[1, 1] - 2.0 * spread[0, 1]))


def population_values(group: Group) -> Named:
    """Mean and variance."""
    se = None if group.se_sd is None else 2.0 * group.sd * group.se_sd
    return {"MEAN_1": (group.mean, group.se_mean), "COV_11": (group.sd**2, se)}


def paired_values(ours: Named, theirs: Mapping[str, Any]) -> tuple[list[float], list[float]]:
    """Values of the parameters that both name."""
    names = [name for name in theirs if name in ours and _is_number(theirs[name])]
    return [ours[name][0] for name in names], [theirs[name] for name in names]


def paired_errors(ours: Named, theirs: Mapping[str, Any]) -> tuple[list[float | None], list[float]]:
    """Standard errors of the parameters that both name and the reference gives one for."""
    names = [name for name in theirs if name in ours and _is_number(theirs[name])]
    return [ours[name][1] for name in names], [theirs[name] for name in names]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < UNBOUNDED
