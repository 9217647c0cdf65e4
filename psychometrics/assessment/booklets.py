"""Booklet designs: which clusters of items stand together, in which order, and who gets them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.assessment.difference_families import difference_family
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True)
class BookletDesign:
    """Booklets as rows of cluster labels, in the order in which they are administered."""

    booklets: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.booklets or not all(self.booklets):
            raise DataError("empty_booklet", "A design needs booklets with clusters in them.")
        for number, booklet in enumerate(self.booklets, start=1):
            twice = sorted({cluster for cluster in booklet if booklet.count(cluster) > 1})
            if twice:
                raise DataError(
                    "cluster_twice",
                    f"Booklet {number} holds cluster {twice[0]!r} twice; a student would see the "
                    "same items again. Take it out once.",
                    booklet=number,
                    cluster=twice[0],
                )

    @property
    def clusters(self) -> tuple[str, ...]:
        """Different clusters, in the order in which they first occur."""
        return tuple(dict.fromkeys(cluster for booklet in self.booklets for cluster in booklet))

    @property
    def n_positions(self) -> int:
        """Clusters of the longest booklet."""
        return max(len(booklet) for booklet in self.booklets)


def cyclic_design(clusters: Sequence[str], per_booklet: int, together: int = 1) -> BookletDesign:
    r"""Balanced incomplete blocks in which every cluster stands equally often in every position.

    Base booklets are developed modulo the number of clusters v. They form a difference family: every
    difference occurs :math:`\lambda` times, so every pair of clusters meets in exactly
    :math:`\lambda` booklets; with one base booklet this is a Youden square of v booklets.

    Parameters
    ----------
    clusters : sequence of str
    per_booklet : int
        Clusters in a booklet, k.
    together : int
        Booklets in which every pair meets, :math:`\lambda`.

    Raises
    ------
    ModelError
        No such design: :math:`\lambda (v - 1) / (k (k - 1))` is not whole, or no family exists (or
        none was found within the limit of the search); values that can be are named.

    References
    ----------
    Cochran & Cox (1957), *Experimental Designs*, 2nd ed., ch. 11 and 13. Frey, Hartig & Rupp (2009),
    Educ. Meas.: Issues Pract. 28(3), 39-53.
    """
    labels = _different(clusters)
    base = difference_family(len(labels), per_booklet, together)
    v = len(labels)
    return BookletDesign(
        tuple(tuple(labels[(x + shift) % v] for x in block) for block in base for shift in range(v))
    )


def chain_design(
    clusters: Sequence[str], per_booklet: int, overlap: int = 1, *, closed: bool = True
) -> BookletDesign:
    """Booklets that share ``overlap`` clusters with the next one, as forms linked by an anchor.

    Parameters
    ----------
    closed : bool
        Whether the last booklet is linked to the first: every cluster then occurs equally often if
        the step (clusters a booklet less the overlap) divides the number of clusters.
    """
    labels = _different(clusters)
    step = per_booklet - overlap
    if not 0 < overlap < per_booklet <= len(labels):
        raise ModelError(
            "no_chain",
            f"A chain needs 0 < overlap < clusters a booklet <= clusters, not {overlap}, "
            f"{per_booklet} and {len(labels)}.",
        )
    n = len(labels)
    last = n - 1 if closed else n - per_booklet
    starts = range(0, last + 1, step)
    rows = [tuple(labels[(start + i) % n] for i in range(per_booklet)) for start in starts]
    if not closed and rows[-1][-1] != labels[-1]:
        rows.append(tuple(labels[n - per_booklet :]))
    return BookletDesign(tuple(rows))


def paired_domains_design(domains: Sequence[Sequence[str]]) -> BookletDesign:
    """Two domains a booklet, two neighbouring clusters of each, as in PISA for Development.

    For every pair of neighbouring domains (the last with the first) and every i: clusters i and i + 1
    of one, then of the other, the two taking turns to come first. With an even number of clusters
    a domain every cluster stands once in each of the four positions for two domain pairs.

    Parameters
    ----------
    domains : sequence of sequences of str
        The same number of clusters in each; at least two domains.
    """
    sizes = {len(domain) for domain in domains}
    if len(domains) < 2 or len(sizes) != 1 or min(sizes) < 2:
        raise ModelError(
            "domains_not_alike",
            "Give at least two domains with the same number of clusters, two or more.",
            sizes=[len(domain) for domain in domains],
        )
    _different([cluster for domain in domains for cluster in domain])
    cyclic = (
        [*pairwise(domains), (domains[-1], domains[0])] if len(domains) > 2 else [tuple(domains)]
    )
    return BookletDesign(
        tuple(row for one, other in cyclic for row in _domain_pair(list(one), list(other)))
    )


def _domain_pair(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    n = len(one)
    for i in range(n):
        first = (one[i], one[(i + 1) % n])
        second = (other[i], other[(i + 1) % n])
        rows.append(first + second if i % 2 == 0 else second + first)
    return rows


def _different(clusters: Sequence[str]) -> tuple[str, ...]:
    labels = tuple(clusters)
    if len(set(labels)) != len(labels) or len(labels) < 2:
        raise ModelError(
            "clusters_not_different",
            "Give at least two clusters, each with a label of its own.",
            clusters=list(labels),
        )
    return labels


def spiral(
    design: BookletDesign,
    school_sizes: Mapping[str, int],
    rng: np.random.Generator,
) -> dict[str, IntArray]:
    """Deal booklets to the students of each school in the order of the list.

    The first booklet is drawn; from then on the numbers go round, and a school begins where the
    one before ended, so that the numbers of students a booklet differ by one at most, over the
    whole sample and in every school.

    Parameters
    ----------
    school_sizes : mapping from school to its number of students, in the order of the sample

    Returns
    -------
    dict
        For every school the booklet (0 for the first) of each student.
    """
    n_booklets = len(design.booklets)
    number = int(rng.integers(n_booklets))
    dealt: dict[str, IntArray] = {}
    for school, size in school_sizes.items():
        if size < 0:
            raise DataError(
                "negative_size", f"School {school!r} has {size} students.", school=school
            )
        dealt[school] = (number + np.arange(size, dtype=np.intp)) % n_booklets
        number = (number + size) % n_booklets
    return dealt
