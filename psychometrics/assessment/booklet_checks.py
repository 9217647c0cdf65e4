"""What a booklet design balances and what it does not."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from psychometrics.arrays import IntArray
from psychometrics.assessment.booklets import BookletDesign
from psychometrics.results import Caution


@dataclass(frozen=True, eq=False)
class DesignReport:
    """Counts and verdicts of a design.

    Attributes
    ----------
    clusters : tuple of str
    positions : (n_clusters, n_positions) int
        Booklets that have the cluster in the position.
    pairs : (n_clusters, n_clusters) int
        Booklets that hold both clusters; on the diagonal those that hold the cluster.
    components : tuple of tuples of str
        Sets of clusters that hang together through booklets; one where the design is connected.
    is_position_balanced : bool
        Every cluster equally often in every position.
    is_pair_balanced : bool
        Every two clusters together equally often, and at least once.
    is_bib : bool
        Balanced incomplete block design: pair balanced, booklets equally long and shorter than the
        list of clusters, clusters equally frequent.
    findings : tuple of Caution
        Everything that is not balanced, in words.
    """

    clusters: tuple[str, ...]
    positions: IntArray
    pairs: IntArray
    components: tuple[tuple[str, ...], ...]
    is_position_balanced: bool
    is_pair_balanced: bool
    is_bib: bool
    findings: tuple[Caution, ...]

    @property
    def is_connected(self) -> bool:
        """Whether all items can be put on one scale through common students."""
        return len(self.components) == 1

    def pairs_never_together(self) -> tuple[tuple[str, str], ...]:
        """Pairs that no booklet holds: their covariance cannot be estimated."""
        absent = np.argwhere(np.triu(self.pairs == 0, k=1)).tolist()
        return tuple((self.clusters[i], self.clusters[j]) for i, j in absent)


def check_design(design: BookletDesign) -> DesignReport:
    """Count positions and pairs and say what is balanced, what is connected and what is not."""
    index = {cluster: number for number, cluster in enumerate(design.clusters)}
    positions = np.zeros((len(index), design.n_positions), dtype=np.intp)
    holds = np.zeros((len(design.booklets), len(index)), dtype=np.intp)
    for row, booklet in enumerate(design.booklets):
        for place, cluster in enumerate(booklet):
            positions[index[cluster], place] += 1
            holds[row, index[cluster]] = 1
    pairs = holds.T @ holds
    components = _components(design.clusters, pairs)
    together = pairs[np.triu_indices(len(index), k=1)]
    is_pair_balanced = bool(together.size and together.min() == together.max() > 0)
    has_equal_counts = bool(np.ptp(holds.sum(axis=0)) == 0 and np.ptp(holds.sum(axis=1)) == 0)
    is_incomplete = design.n_positions < len(index)
    report = DesignReport(
        clusters=design.clusters,
        positions=positions,
        pairs=pairs,
        components=components,
        is_position_balanced=bool(np.ptp(positions) == 0),
        is_pair_balanced=is_pair_balanced,
        is_bib=is_pair_balanced and has_equal_counts and is_incomplete,
        findings=(),
    )
    return replace(report, findings=_findings(report))


def _components(clusters: tuple[str, ...], pairs: IntArray) -> tuple[tuple[str, ...], ...]:
    number, labels = connected_components(csr_array(pairs > 0), directed=False)
    return tuple(
        tuple(cluster for cluster, own in zip(clusters, labels, strict=True) if own == component)
        for component in range(number)
    )


def _findings(report: DesignReport) -> tuple[Caution, ...]:
    found: list[Caution] = []
    if not report.is_connected:
        sets = "; ".join(", ".join(component) for component in report.components)
        found.append(
            Caution(
                "not_connected",
                f"The design falls into {len(report.components)} parts that share no student: {sets}. "
                "Add a booklet that holds clusters of two parts.",
                params={"components": [list(component) for component in report.components]},
            )
        )
    found += _position_findings(report)
    found += _pair_findings(report)
    return tuple(found)


def _position_findings(report: DesignReport) -> list[Caution]:
    uneven = np.flatnonzero(np.ptp(report.positions, axis=1) > 0)
    if report.is_position_balanced:
        return []
    if not uneven.size:
        text = "every cluster is spread evenly over the positions, but clusters differ in how often"
        return [Caution("frequencies_differ", f"Not position balanced: {text} they are used.")]
    names = [report.clusters[i] for i in uneven]
    return [
        Caution(
            "positions_not_balanced",
            f"{len(names)} of {len(report.clusters)} clusters do not stand equally often in every "
            f"position: {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}. "
            "Fatigue at the end of the booklet falls on some clusters more than on others.",
            params={"clusters": names},
        )
    ]


def _pair_findings(report: DesignReport) -> list[Caution]:
    if report.is_pair_balanced:
        return []
    together = report.pairs[np.triu_indices(len(report.clusters), k=1)]
    never = report.pairs_never_together()
    shown = ", ".join(f"{one}-{other}" for one, other in never[:6])
    absent = f" {len(never)} pairs are never together ({shown}{' ...' if len(never) > 6 else ''})."
    return [
        Caution(
            "pairs_not_balanced",
            "Not a balanced incomplete block design: pairs of clusters meet in "
            f"{int(together.min())} to {int(together.max())} booklets." + (absent if never else ""),
            params={"least": int(together.min()), "most": int(together.max()), "never": len(never)},
        )
    ]
