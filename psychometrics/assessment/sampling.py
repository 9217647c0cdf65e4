"""Two-stage samples: schools with probability proportional to size, then students."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True)
class School:
    """A school of the sampling frame.

    Attributes
    ----------
    measure : float
        Measure of size, mostly the number of eligible students.
    stratum : str
        Explicit stratum: a sample of its own is drawn there.
    sort : tuple of float or str
        Implicit stratification: the frame is put in this order before the systematic draw.
    """

    label: str
    measure: float
    stratum: str = "all"
    sort: tuple[float | str, ...] = ()


@dataclass(frozen=True, eq=False)
class PpsDraw:
    """A systematic draw with probability proportional to size.

    Attributes
    ----------
    positions : (n,)
        Drawn units, rising.
    probabilities : (n_units,)
        Inclusion probability of every unit of the list.
    is_certain : (n_units,)
        Units as large as the interval or larger; they are in every sample.
    interval, start : float or None
        None where all drawn units were certain.
    """

    positions: IntArray
    probabilities: FloatArray
    is_certain: BoolArray
    interval: float | None
    start: float | None


def systematic_pps(
    measures: ArrayLike,
    n: int,
    *,
    rng: np.random.Generator | None = None,
    start: float | None = None,
) -> PpsDraw:
    r"""Draw n units systematically, :math:`\pi_i = n\, m_i / \sum m`.

    Units at least as large as the interval are taken with certainty and the interval is computed
    again from the others, until none is left. The line of cumulated sizes is hit at start, start +
    interval, ...; a unit is drawn when a hit falls into (sum before it, sum with it].

    Parameters
    ----------
    measures : (n_units,)
        Positive sizes in the order of the list.
    rng : numpy.random.Generator
        Draws the start uniformly from (0, interval].
    start : float, optional
        A given start instead.

    Raises
    ------
    DataError
        A size that is not positive (row named), or fewer units than are to be drawn.

    References
    ----------
    Cochran (1977), *Sampling Techniques*, 3rd ed., sec. 9A.10. OECD, *PISA 2018 Technical Report*,
    ch. 4.
    """
    sizes = _checked_sizes(measures, n)
    is_certain = _certainties(sizes, n)
    n_left = n - int(is_certain.sum())
    probabilities = np.where(is_certain, 1.0, 0.0)
    if n_left == 0:
        return PpsDraw(np.flatnonzero(is_certain), probabilities, is_certain, None, None)
    others = np.flatnonzero(~is_certain)
    line = np.cumsum(sizes[others])
    interval = float(line[-1]) / n_left
    probabilities[others] = sizes[others] / interval
    first = _start(start, interval, rng)
    hits = np.minimum(first + interval * np.arange(n_left), line[-1])
    drawn = others[np.searchsorted(line, hits, side="left")]
    positions = np.sort(np.concatenate([np.flatnonzero(is_certain), drawn]))
    return PpsDraw(positions, probabilities, is_certain, interval, first)


def _checked_sizes(measures: ArrayLike, n: int) -> FloatArray:
    sizes = np.asarray(measures, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(sizes) & (sizes > 0)))
    if wrong.size:
        row = int(wrong[0])
        raise DataError(
            "size_not_positive",
            f"Row {row + 1}: the measure of size {sizes[row]} is not a positive number; correct it "
            "or leave the unit out of the frame.",
            row=row + 1,
            value=float(sizes[row]),
        )
    if not 1 <= n <= len(sizes):
        raise DataError(
            "too_few_units",
            f"{n} units are to be drawn from {len(sizes)}; draw between 1 and {len(sizes)}.",
            wanted=n,
            available=len(sizes),
        )
    return sizes


def _certainties(sizes: FloatArray, n: int) -> BoolArray:
    is_certain = np.zeros(len(sizes), dtype=np.bool_)
    while (n_left := n - int(is_certain.sum())) > 0:
        interval = sizes[~is_certain].sum() / n_left
        large = ~is_certain & (sizes >= interval * (1.0 - 1e-12))
        if not large.any():
            break
        is_certain |= large
    return is_certain


def _start(given: float | None, interval: float, rng: np.random.Generator | None) -> float:
    if given is None:
        if rng is None:
            raise ModelError("no_start", "Give a random generator or a start.")
        return float(interval * (1.0 - rng.random()))
    if not 0.0 < given <= interval:
        raise ModelError(
            "start_outside_interval",
            f"The start {given:g} is not in (0, {interval:g}]; the interval is {interval:g}.",
            start=given,
            interval=interval,
        )
    return given


@dataclass(frozen=True)
class SampledSchool:
    """A drawn school.

    Attributes
    ----------
    weight : float
        Inverse of the inclusion probability.
    replacements : tuple of str
        First and second replacement: its neighbours in the sorted frame, so alike in what the
        frame was sorted by; at most as many as are free.
    """

    school: School
    probability: float
    weight: float
    is_certain: bool
    replacements: tuple[str, ...]


def sample_schools(
    frame: Sequence[School],
    allocation: Mapping[str, int],
    rng: np.random.Generator,
    *,
    n_replacements: int = 2,
) -> tuple[SampledSchool, ...]:
    """Draw schools: a systematic PPS sample in each explicit stratum.

    The schools of a stratum are sorted by their implicit keys in serpentine order (every second
    group backwards, so that neighbours stay alike) and at last by size.

    Parameters
    ----------
    frame : sequence of School
    allocation : mapping from stratum to number of schools
        Every stratum of the frame, zero allowed.
    n_replacements : int
        Of each school: the next free one in the sorted list, then the one before, and so on.

    Returns
    -------
    tuple of SampledSchool
        By stratum, in the order of the sorted frame: the order in which variance zones are formed.

    Raises
    ------
    DataError
        Duplicate labels, a stratum without allocation or the other way round, too few schools.
    """
    strata = _by_stratum(frame, allocation)
    drawn: list[SampledSchool] = []
    for name in sorted(strata):
        if allocation[name]:
            drawn += _draw_stratum(strata[name], allocation[name], rng, n_replacements)
    return tuple(drawn)


def _by_stratum(frame: Sequence[School], allocation: Mapping[str, int]) -> dict[str, list[School]]:
    strata: dict[str, list[School]] = {}
    seen: set[str] = set()
    for row, school in enumerate(frame, start=1):
        if school.label in seen:
            raise DataError(
                "duplicate_school",
                f"Row {row}: school {school.label!r} stands in the frame twice; keep one.",
                row=row,
                school=school.label,
            )
        seen.add(school.label)
        strata.setdefault(school.stratum, []).append(school)
    if set(strata) != set(allocation):
        wrong = sorted(set(strata) ^ set(allocation))
        raise DataError(
            "allocation_does_not_match",
            f"Strata {', '.join(wrong)} are in the frame or in the allocation, not in both; "
            "allocate a number (zero is one) to every stratum of the frame.",
            strata=wrong,
        )
    return strata


def _draw_stratum(
    schools: Sequence[School], n: int, rng: np.random.Generator, n_replacements: int
) -> list[SampledSchool]:
    ordered = serpentine(schools)
    draw = systematic_pps([school.measure for school in ordered], n, rng=rng)
    chosen = draw.positions.tolist()
    replacements = _replacements(chosen, len(ordered), n_replacements)
    return [
        SampledSchool(
            school=ordered[i],
            probability=float(draw.probabilities[i]),
            weight=1.0 / float(draw.probabilities[i]),
            is_certain=bool(draw.is_certain[i]),
            replacements=tuple(ordered[j].label for j in replacements[i]),
        )
        for i in chosen
    ]


def serpentine(schools: Sequence[School]) -> list[School]:
    """Sort by the implicit keys, then by size, every second group backwards."""
    keys = [(*school.sort, school.measure) for school in schools]
    depth = {len(key) for key in keys}
    if len(depth) > 1:
        raise DataError("sort_keys_differ", "Every school needs the same number of sort keys.")
    rising = sorted(range(len(schools)), key=lambda i: (keys[i], schools[i].label))
    return [schools[i] for i in _folded(rising, keys, 0)]


def _folded(positions: list[int], keys: Sequence[tuple[float | str, ...]], level: int) -> list[int]:
    if level >= len(keys[positions[0]]) - 1:
        return positions
    groups: dict[float | str, list[int]] = {}
    for position in positions:
        groups.setdefault(keys[position][level], []).append(position)
    result: list[int] = []
    for number, group in enumerate(groups.values()):
        inner = _folded(group, keys, level + 1)
        result += inner[::-1] if number % 2 else inner
    return result


def _replacements(chosen: Sequence[int], size: int, wanted: int) -> dict[int, list[int]]:
    """First replacements are dealt out before second ones, so that no school takes two."""
    taken = set(chosen)
    found: dict[int, list[int]] = {position: [] for position in chosen}
    for turn in range(wanted):
        step = (turn // 2 + 1) * (1 if turn % 2 == 0 else -1)
        for position in chosen:
            candidate = position + step
            if 0 <= candidate < size and candidate not in taken:
                taken.add(candidate)
                found[position].append(candidate)
    return found


def sample_students(
    n_enrolled: int, n_wanted: int, rng: np.random.Generator
) -> tuple[IntArray, float]:
    """Positions of an equal-probability sample of one school's list, and the within-school weight.

    All students are taken where there are no more than wanted (weight 1).
    """
    if n_enrolled < 1 or n_wanted < 1:
        raise DataError(
            "nobody_to_draw",
            f"{n_wanted} students of {n_enrolled}: both numbers must be positive.",
            wanted=n_wanted,
            enrolled=n_enrolled,
        )
    n = min(n_enrolled, n_wanted)
    chosen = np.sort(rng.choice(n_enrolled, size=n, replace=False))
    return chosen.astype(np.intp), n_enrolled / n
