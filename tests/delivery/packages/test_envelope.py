"""A file that travels: every byte of it is signed, and it is opened only by whom it is for."""

from __future__ import annotations

import pytest

from delivery.packages import keys
from delivery.packages.bundle import Bundle, facts_root, pack, unpack
from delivery.packages.envelope import PACKAGE, RESULTS, unwrap, verify, wrap
from delivery.packages.errors import DamagedFile

CENTRE = keys.new_centre_keys()
VERIFIER = keys.verifier(CENTRE.public.verify_key)
FILE = wrap(PACKAGE, {"package": "p", "tên": "Điểm thi"}, bytes(range(256)) * 3,
            keys.signing_key(CENTRE.signing_seed))  # fmt: skip


def test_whole_file_is_believed():
    envelope = unwrap(PACKAGE, FILE)
    assert verify(envelope, VERIFIER)["tên"] == "Điểm thi"
    assert envelope.sealed == bytes(range(256)) * 3


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_every_changed_byte_is_refused(flip):
    for at in range(len(FILE)):
        changed = bytearray(FILE)
        changed[at] ^= flip
        with pytest.raises(DamagedFile):
            verify(unwrap(PACKAGE, bytes(changed)), VERIFIER)


def test_every_cut_and_every_addition_is_refused():
    for length in range(len(FILE)):
        with pytest.raises(DamagedFile):
            verify(unwrap(PACKAGE, FILE[:length]), VERIFIER)
    with pytest.raises(DamagedFile):
        verify(unwrap(PACKAGE, FILE + b"\0"), VERIFIER)


def test_a_package_is_not_taken_for_results():
    with pytest.raises(DamagedFile):
        unwrap(RESULTS, FILE)
    renamed = FILE.replace(b"KHAOTHI package 1", b"KHAOTHI results 1")
    with pytest.raises(DamagedFile):
        verify(unwrap(RESULTS, renamed), VERIFIER)


def test_foreign_signature_is_refused():
    with pytest.raises(DamagedFile) as refused:
        verify(unwrap(PACKAGE, FILE), keys.verifier(keys.new_centre_keys().public.verify_key))
    assert refused.value.code == "signature_wrong"


def test_results_are_for_the_centre_alone():
    sealed = keys.sealed_to(CENTRE.public.recipient, b"x")
    assert keys.opened_by(CENTRE.identity, sealed) == b"x"
    with pytest.raises(DamagedFile):
        keys.opened_by(keys.new_centre_keys().identity, sealed)


def test_keys_survive_their_file():
    text = keys.centre_keys_text(CENTRE)
    assert keys.read_centre_keys(text) == CENTRE
    assert keys.read_public_keys(CENTRE.public.text) == CENTRE.public
    for broken in ("", "{}", text[:40], "[]"):
        with pytest.raises(DamagedFile):
            keys.read_centre_keys(broken)
    for broken in ("", "x y", CENTRE.public.verify_key):
        with pytest.raises(DamagedFile):
            keys.read_public_keys(broken)


def test_bundle_keeps_order_and_refuses_what_it_cannot_read():
    bundle = Bundle({"b": [{"x": 1}], "a": []}, {"seed": "s"})
    again = unpack(pack(bundle))
    assert again == bundle
    assert list(again.tables) == ["b", "a"]
    for broken in (b"", b"x", pack(bundle)[:-4]):
        with pytest.raises(DamagedFile):
            unpack(broken)


def test_root_names_the_facts_and_not_their_order():
    rows = [{"id": n, "value": str(n)} for n in range(5)]
    root = facts_root({"t": rows, "u": []})
    assert facts_root({"u": [], "t": rows[::-1]}) == root
    assert facts_root({"t": [*rows[:4], {"id": 4, "value": "5"}], "u": []}) != root
    assert facts_root({"t": rows[:4], "u": rows[4:]}) != root
