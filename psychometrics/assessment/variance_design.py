"""Zones and primary sampling units (PSUs) as the variance methods need them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError


def variance_zones(stratum: Sequence[object], psu: Sequence[object]) -> IntArray:
    """Zone of each person: PSUs paired in the order given (that of the sampling) within strata.

    The last three PSUs of a stratum with an odd number share a zone. A stratum with a single PSU is
    joined to the one before it (the first one to the one after it).

    Parameters
    ----------
    stratum, psu : (n_persons,)
        In the order in which the PSUs were drawn.
    """
    strata: dict[str, list[str]] = {}
    for name, unit in dict.fromkeys(zip(map(str, stratum), map(str, psu), strict=True)):
        strata.setdefault(name, []).append(unit)
    zone_of: dict[tuple[str, str], int] = {}
    first_zone = 0
    for units in _without_singles(strata):
        n_zones = max(len(units) // 2, 1)
        for position, key in enumerate(units):
            zone_of[key] = first_zone + min(position // 2, n_zones - 1)
        first_zone += n_zones
    pairs = zip(map(str, stratum), map(str, psu), strict=True)
    return np.array([zone_of[pair] for pair in pairs], dtype=np.intp)


def _without_singles(strata: dict[str, list[str]]) -> list[list[tuple[str, str]]]:
    joined: list[list[tuple[str, str]]] = []
    for name, units in strata.items():
        listed = [(name, unit) for unit in units]
        if joined and (len(listed) == 1 or len(joined[-1]) == 1):
            joined[-1].extend(listed)
        else:
            joined.append(listed)
    return joined


def checked_weights(weights: ArrayLike) -> FloatArray:
    """Weights as an array; refused where negative, not finite or all zero."""
    values = np.array(weights, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        row = int(wrong[0])
        raise DataError(
            "weight_not_positive",
            f"Row {row + 1}: weight {values[row]} is not a non-negative number; correct it.",
            row=row + 1,
            value=float(values[row]),
        )
    if not values.sum() > 0:
        raise DataError("no_weight", "All weights are zero; nobody is left.")
    return values


@dataclass(frozen=True, eq=False)
class VarianceDesign:
    """Zones and the position of each person's PSU within its zone."""

    weights: FloatArray
    zone: IntArray
    position: IntArray
    sizes: IntArray  # PSUs a zone
    zone_labels: tuple[str, ...]

    @property
    def n_zones(self) -> int:
        """Number of zones."""
        return len(self.sizes)

    @property
    def tilt(self) -> FloatArray:
        """+1 and -1 in pairs; sqrt 2 and -1/sqrt 2 (twice) in triples."""
        in_pair = np.where(self.position == 0, 1.0, -1.0)
        in_triple = np.where(self.position == 0, np.sqrt(2.0), -np.sqrt(0.5))
        return np.asarray(np.where(self.sizes[self.zone] == 3, in_triple, in_pair))

    def refuse_unless_pairs(self, *, allow_triples: bool) -> None:
        """Refuse zones that the method cannot use, naming the first."""
        allowed = (2, 3) if allow_triples else (2,)
        for label, size in zip(self.zone_labels, self.sizes, strict=True):
            if size not in allowed:
                raise DataError(
                    "zone_not_a_pair",
                    f"Zone {label!r} has {size} PSUs; this method needs "
                    f"{' or '.join(map(str, allowed))}. Join or split zones "
                    "(variance_zones pairs schools in the order they were drawn).",
                    zone=label,
                    psus=int(size),
                )


def variance_design(
    weights: ArrayLike, zone: Sequence[object], psu: Sequence[object]
) -> VarianceDesign:
    """Number zones and PSUs; PSUs of a zone stand in alphabetical order."""
    values = checked_weights(weights)
    if not len(values) == len(zone) == len(psu):
        raise DataError(
            "design_of_other_length",
            f"{len(values)} weights, {len(zone)} zones and {len(psu)} PSUs; give one each a person.",
            weights=len(values),
            zones=len(zone),
            psus=len(psu),
        )
    zone_labels, zone_codes = np.unique([str(label) for label in zone], return_inverse=True)
    unit_labels = [f"{z}\x1f{p}" for z, p in zip(zone, psu, strict=True)]
    _, first, unit_codes = np.unique(unit_labels, return_index=True, return_inverse=True)
    zone_of_unit = zone_codes[first]
    position_of_unit = np.array(
        [int((zone_of_unit[:unit] == zone_of_unit[unit]).sum()) for unit in range(len(first))],
        dtype=np.intp,
    )
    return VarianceDesign(
        weights=values,
        zone=zone_codes.astype(np.intp),
        position=position_of_unit[unit_codes],
        sizes=np.bincount(zone_of_unit, minlength=len(zone_labels)),
        zone_labels=tuple(zone_labels.tolist()),
    )
