"""Booklet designs: generated, checked, dealt out."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment.booklet_checks import check_design
from psychometrics.assessment.booklets import (
    BookletDesign,
    chain_design,
    cyclic_design,
    paired_domains_design,
    spiral,
)

# PISA for Development, in-school: 12 booklets of 4 clusters.
PISA_D = (
    "R1R2S1S2 S2S3R2R3 R3R4S3S4 S4S1R4R1 S1S2M1M2 M2M3S2S3 "
    "S3S4M3M4 M4M1S4S1 M1M2R1R2 R2R3M2M3 M3M4R3R4 R4R1M4M1"
)


def read(text):
    rows = [tuple(row[i : i + 2] for i in range(0, 8, 2)) for row in text.split()]
    return BookletDesign(tuple(rows))


def labels(n):
    return [f"C{i}" for i in range(1, n + 1)]


def test_pisa_d_is_position_balanced_but_no_bib():
    report = check_design(read(PISA_D))
    assert report.is_position_balanced and report.is_connected
    assert (report.positions == 1).all()
    assert not report.is_pair_balanced and not report.is_bib
    position = {cluster: i for i, cluster in enumerate(report.clusters)}
    assert report.pairs[position["R1"], position["R2"]] == 2
    assert report.pairs[position["R1"], position["R3"]] == 0
    assert ("R1", "R3") in report.pairs_never_together()
    assert ("R2", "R4") in report.pairs_never_together()
    (finding,) = report.findings
    assert finding.code == "pairs_not_balanced"
    assert finding.message.startswith("Not a balanced incomplete block design")


def test_pisa_d_is_generated():
    domains = [[f"{domain}{i}" for i in (1, 2, 3, 4)] for domain in "RSM"]
    assert paired_domains_design(domains).booklets == read(PISA_D).booklets


@pytest.mark.parametrize(
    ("v", "k", "together", "n_booklets"),
    [
        (7, 3, 1, 7),
        (13, 4, 1, 13),
        (21, 5, 1, 21),
        (31, 6, 1, 31),
        (11, 5, 2, 11),
        (9, 2, 1, 36),
        (13, 3, 1, 26),
        (5, 2, 1, 10),
        (7, 4, 2, 7),
        (19, 3, 1, 57),
    ],
)
def test_cyclic_designs_are_balanced_in_every_way(v, k, together, n_booklets):
    """Fisher's counts b k = v r and r (k - 1) = lambda (v - 1)."""
    report = check_design(cyclic_design(labels(v), k, together))
    assert report.is_bib and report.is_position_balanced and report.is_connected
    assert not report.findings
    off_diagonal = report.pairs[~np.eye(v, dtype=bool)]
    assert set(off_diagonal.tolist()) == {together}
    often = report.pairs[0, 0]
    assert n_booklets * k == v * often and often * (k - 1) == together * (v - 1)


def test_youden_square_of_thirteen():
    """Difference set of the projective plane of order 3: 13 booklets, each pair exactly once."""
    design = cyclic_design(labels(13), 4)
    assert len(design.booklets) == 13
    assert (check_design(design).positions == 1).all()


def test_impossible_designs_are_refused_with_what_can_be():
    with pytest.raises(ModelError) as refused:
        cyclic_design(labels(8), 3)
    assert refused.value.code == "impossible_design"
    assert 6 in refused.value.params["possible"]
    with pytest.raises(ModelError, match="exists"):
        cyclic_design(labels(16), 6, 2)  # a 16-point biplane exists, but not a cyclic one
    with pytest.raises(ModelError, match="fewer than"):
        cyclic_design(labels(3), 3)


def test_chain_is_connected_but_not_pair_balanced():
    closed = check_design(chain_design(labels(6), 2))
    assert closed.is_connected and closed.is_position_balanced and not closed.is_bib
    opened = chain_design(labels(6), 3, 1, closed=False)
    assert opened.booklets == (("C1", "C2", "C3"), ("C3", "C4", "C5"), ("C4", "C5", "C6"))
    report = check_design(opened)
    assert report.is_connected and not report.is_position_balanced
    assert {finding.code for finding in report.findings} == {
        "positions_not_balanced",
        "pairs_not_balanced",
    }


def test_a_design_that_falls_apart_names_its_parts():
    report = check_design(BookletDesign((("A", "B"), ("B", "A"), ("C", "D"), ("D", "C"))))
    assert report.components == (("A", "B"), ("C", "D"))
    assert not report.is_connected
    assert report.findings[0].code == "not_connected"
    assert "A, B; C, D" in report.findings[0].message


def test_unequal_frequencies_are_said():
    report = check_design(BookletDesign((("A",), ("A",), ("B",))))
    assert "frequencies_differ" in {finding.code for finding in report.findings}


def test_bad_designs_are_refused():
    with pytest.raises(DataError, match="Booklet 2 holds cluster 'A' twice"):
        BookletDesign((("A", "B"), ("A", "A")))
    with pytest.raises(DataError, match="needs booklets"):
        BookletDesign(())
    with pytest.raises(ModelError, match="label of its own"):
        cyclic_design(["A", "A", "B"], 2)
    with pytest.raises(ModelError, match="same number"):
        paired_domains_design([["R1", "R2"], ["S1"]])
    with pytest.raises(ModelError, match="overlap"):
        chain_design(labels(5), 2, 2)


def test_spiral_deals_evenly_within_schools_and_over_all():
    design = cyclic_design(labels(7), 3)
    sizes = {f"S{i}": int(n) for i, n in enumerate(np.random.default_rng(2).integers(3, 45, 30))}
    dealt = spiral(design, sizes, np.random.default_rng(1))
    again = spiral(design, sizes, np.random.default_rng(1))
    assert all((dealt[school] == again[school]).all() for school in sizes)
    for school, own in dealt.items():
        assert len(own) == sizes[school]
        assert np.ptp(np.bincount(own, minlength=7)) <= 1
    together = np.bincount(np.concatenate(list(dealt.values())), minlength=7)
    assert np.ptp(together) <= 1
