"""The tree against the numbers of RFC 6962's reference test data, and its laws."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.merkle import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root_from_inclusion,
    root_of,
)

# Leaves and roots of the reference implementation's own test (certificate-transparency,
# merkletree/merkle_tree_test.cc, Apache 2.0): the numbers are facts, recomputed here.
RECORDS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
leaf_lists = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_roots(size):
    leaves = [leaf_hash(bytes.fromhex(record)) for record in RECORDS[:size]]
    assert root_of(leaves).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root_of([]) == hashlib.sha256(b"").digest()


@given(leaf_lists, st.data())
def test_every_leaf_is_proved_and_no_other(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, place)
    assert root_from_inclusion(leaves[place], place, len(leaves), proof) == root_of(leaves)
    stranger = leaf_hash(b"a record that is not there")
    assert root_from_inclusion(stranger, place, len(leaves), proof) != root_of(leaves)
    assert root_from_inclusion(leaves[place], place, len(leaves), [*proof, stranger]) is None


@given(leaf_lists, st.data())
def test_a_longer_list_is_consistent_with_its_beginning_and_with_nothing_else(leaves, data):
    earlier = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, earlier)
    begun, whole = root_of(leaves[:earlier]), root_of(leaves)
    assert is_consistent(earlier, begun, len(leaves), whole, proof)
    forged = root_of([leaf_hash(b"forged"), *leaves[1:earlier]])
    assert not is_consistent(earlier, forged, len(leaves), whole, proof)


def test_a_leaf_cannot_be_passed_off_as_a_node():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root_of([left, right]) != leaf_hash(left + right)
