"""Responses cluster by cluster, every pattern of answers to a cluster kept once.

The items of a testlet are few, so many persons answer them alike: four true/false statements have 16
patterns, whatever the number of persons. What a pattern says about the general and the specific
ability is computed once for all persons who gave it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from psychometrics.arrays import FloatArray, IntArray, ScoreArray
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.estimation.item_set import ItemSet

CHUNK_ROWS = 8192


@dataclass(frozen=True)
class Cluster:
    """Items with one specific factor, or those with none.

    Attributes
    ----------
    items : (n_items,)
        Positions in block order.
    rows : (width,)
        Rows of the table of log probabilities: categories above the lowest, then the lowest ones.
    """

    name: str | None
    items: IntArray
    rows: IntArray


@dataclass(frozen=True)
class Patterns:
    """Different patterns of one chunk's answers to one cluster."""

    design: FloatArray  # (n_patterns, width)
    of_person: IntArray  # (n,)
    gather: "sparse.csr_matrix"  # (n_patterns, n), sums over the persons of each pattern


@dataclass(frozen=True)
class PatternChunk:
    """Some persons of one group."""

    rows: IntArray
    weights: FloatArray
    group: int
    patterns: tuple[Patterns, ...]  # one a cluster


@dataclass(frozen=True)
class ClusteredResponses:
    """All responses, laid out for the passes of a bifactor model."""

    item_set: ItemSet
    clusters: tuple[Cluster, ...]
    chunks: tuple[PatternChunk, ...]
    n_groups: int

    @property
    def total_weight(self) -> float:
        """Sum of the persons' weights."""
        return float(sum(chunk.weights.sum() for chunk in self.chunks))


def cluster_items(item_set: ItemSet, names: Sequence[str | None]) -> tuple[Cluster, ...]:
    """The clusters in the order of their first item; ``names`` by position in block order."""
    found = []
    column_items = item_set.column_items()
    for name in dict.fromkeys(names):
        items = np.array([i for i, own in enumerate(names) if own == name], dtype=np.intp)
        columns = np.flatnonzero(np.isin(column_items, items))
        found.append(Cluster(name, items, np.concatenate([columns, item_set.n_columns + items])))
    return tuple(found)


def clustered(
    coded: CodedResponses, clusters: tuple[Cluster, ...], chunk_rows: int
) -> ClusteredResponses:
    """Find every chunk's patterns; persons of weight zero are left out."""
    chunks = []
    for group in range(coded.n_groups):
        members = np.flatnonzero((coded.group_codes == group) & (coded.weights > 0))
        for at in range(0, len(members), chunk_rows):
            rows = members[at : at + chunk_rows]
            chunks.append(pattern_chunk(coded, clusters, rows, group))
    return ClusteredResponses(coded.item_set, clusters, tuple(chunks), coded.n_groups)


def pattern_chunk(
    coded: CodedResponses, clusters: tuple[Cluster, ...], rows: IntArray, group: int
) -> PatternChunk:
    """These persons' patterns."""
    codes = np.where(coded.observed[rows], coded.scores[rows] + 1, 0).astype(np.int8)
    patterns = tuple(_patterns(codes, cluster, coded.item_set) for cluster in clusters)
    return PatternChunk(rows, coded.weights[rows], group, patterns)


def _patterns(codes: ScoreArray, cluster: Cluster, item_set: ItemSet) -> Patterns:
    """Codes are categories plus one, 0 where nothing was observed."""
    own = np.ascontiguousarray(codes[:, cluster.items])
    keys = own.view(f"V{own.shape[1]}").ravel()
    _, first, of_person = np.unique(keys, return_index=True, return_inverse=True)
    n, n_patterns = len(own), len(first)
    gather = sparse.csr_matrix((np.ones(n), (of_person, np.arange(n))), (n_patterns, n))
    return Patterns(_design(codes[first], cluster, item_set), of_person, gather)


def _design(codes: ScoreArray, cluster: Cluster, item_set: ItemSet) -> FloatArray:
    columns = cluster.rows[: -len(cluster.items)]
    items, categories = item_set.column_items()[columns], item_set.column_categories()[columns]
    given = codes[:, items] == categories + 1
    return np.concatenate([given, codes[:, cluster.items] > 0], axis=1).astype(np.float64)
