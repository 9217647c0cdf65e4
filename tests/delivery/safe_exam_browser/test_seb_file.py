"""The .seb file: what is written can be read, by the layout too; what is unsafe is not written."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import plistlib
import random
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from delivery.safe_exam_browser import seb_file
from delivery.safe_exam_browser.addresses import external_address, normal_origin
from delivery.safe_exam_browser.config_key import address_hash, config_key, counted_keys
from delivery.safe_exam_browser.errors import UnreadableFile, UnsafeSetting, WrongPassword
from delivery.safe_exam_browser.safe_settings import check_settings
from delivery.safe_exam_browser.sitting_settings import sitting_settings

ORIGIN = "https://thi.example.vn"
PASSWORD = "34679-ACDEF-GHJKM-NPQRT"


def settings(seed: int = 1):
    source = random.Random(seed)
    return sitting_settings(ORIGIN, quit_password="ra-ngoai", random_bytes=source.randbytes)


def test_a_plain_file_is_gzip_of_prefix_and_gzip_of_a_property_list():
    data = seb_file.write_plain(settings())
    inside = gzip.decompress(data)
    assert inside[:4] == b"plnd"
    assert plistlib.loads(gzip.decompress(inside[4:])) == settings()
    assert seb_file.read(data) == settings()


def test_a_file_with_a_password_decrypts_and_its_key_verifies():
    configuration = settings()
    found = seb_file.read(seb_file.write_with_password(configuration, PASSWORD), PASSWORD)
    assert found == configuration
    key = config_key(found)
    assert key == config_key(configuration)
    sent = hashlib.sha256(f"{ORIGIN}/thi/api/events{key}".encode()).hexdigest()
    assert sent == address_hash(f"{ORIGIN}/thi/api/events#x", key)


def test_the_password_layer_is_laid_out_as_published():
    """Taken apart here with nothing of ours: version, two salts, IV, cipher text, HMAC."""
    inside = gzip.decompress(seb_file.write_with_password({"a": 1}, PASSWORD))
    assert inside[:4] == b"pswd" and inside[4:6] == b"\x02\x01"
    cipher_salt, hmac_salt, iv = inside[6:14], inside[14:22], inside[22:38]
    sealed, tag = inside[38:-32], inside[-32:]
    keys = [
        hashlib.pbkdf2_hmac("sha1", PASSWORD.encode(), salt, 10_000, 32)
        for salt in (cipher_salt, hmac_salt)
    ]
    assert hmac.new(keys[1], inside[4:-32], hashlib.sha256).digest() == tag
    decryptor = Cipher(algorithms.AES(keys[0]), modes.CBC(iv)).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    assert padded[-padded[-1] :] == bytes([padded[-1]]) * padded[-1]
    assert plistlib.loads(gzip.decompress(padded[: -padded[-1]])) == {"a": 1}


def test_no_two_files_share_salts_or_cipher_text():
    first, second = (
        gzip.decompress(seb_file.write_with_password({"a": 1}, PASSWORD)) for _ in "ab"
    )
    assert first[6:38] != second[6:38] and first[38:] != second[38:]


def test_a_wrong_password_and_no_password_are_refused():
    data = seb_file.write_with_password(settings(), PASSWORD)
    for wrong in (None, "", PASSWORD + " "):
        with pytest.raises(WrongPassword):
            seb_file.read(data, wrong)


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_byte_is_noticed_before_deciphering(seed):
    source = random.Random(seed)
    inside = bytearray(gzip.decompress(seb_file.write_with_password(settings(), PASSWORD)))
    inside[source.randrange(6, len(inside))] ^= 1 << source.randrange(8)
    with pytest.raises(WrongPassword):
        seb_file.read(gzip.compress(bytes(inside)), PASSWORD)


@pytest.mark.parametrize("length", [0, 1, 4, 6, 38, 60, 200])
def test_a_truncated_file_is_unreadable(length):
    data = seb_file.write_with_password(settings(), PASSWORD)
    with pytest.raises((UnreadableFile, WrongPassword)):
        seb_file.read(data[:length], PASSWORD)
    with pytest.raises((UnreadableFile, WrongPassword)):
        seb_file.read(gzip.compress(gzip.decompress(data)[:length]), PASSWORD)


def test_bare_xml_is_read_and_a_bomb_or_an_entity_is_not():
    assert seb_file.read(plistlib.dumps({"a": 1})) == {"a": 1}
    with pytest.raises(UnreadableFile):
        seb_file.read(gzip.compress(b"plnd" + gzip.compress(bytes(6_000_000))))
    entity = b'<!DOCTYPE p [<!ENTITY x "y">]><plist><dict><key>a</key><string>&x;</string></dict></plist>'
    with pytest.raises(UnreadableFile):
        seb_file.read(entity)
    with pytest.raises(UnreadableFile):
        seb_file.read(plistlib.dumps([1]))


# --- what may be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "unsafe",
    [
        {"a": 'x"y'},
        {"a": "x\\y"},
        {"a": "x\ny"},
        {"a": ['"']},
        {"a": {"b": "\\"}},
        {"a": datetime(2026, 11, 22)},
        {"a": 1.5},
        {"a": None},
        {"a": 1, "z": {}},
        {"a": 1, "A": 2},
        {"originatorVersion": "x"},
        {'a"': 1},
        {"rules": [{}]},
    ],
)
@pytest.mark.parametrize(
    "write", [seb_file.write_plain, lambda c: seb_file.write_with_password(c, "x")]
)
def test_what_clients_read_differently_is_refused_with_its_place(unsafe, write):
    with pytest.raises(UnsafeSetting) as refused:
        write(unsafe)
    assert refused.value.problems


def test_the_settings_of_a_sitting_avoid_every_trap():
    made = settings()
    check_settings(made)
    assert made[counted_keys(made)[-1]] != {}
    assert set(counted_keys(made)) == set(made)
    assert "regex" in made["URLFilterRules"][0] and made["URLFilterRules"][0]["regex"] is False
    assert made["startURL"] == f"{ORIGIN}/thi"
    assert made["sendBrowserExamKey"] is True and made["browserWindowWebView"] == 3
    assert made["hashedQuitPassword"] == hashlib.sha256(b"ra-ngoai").hexdigest()


def test_two_sittings_never_have_the_same_key():
    assert len({config_key(settings(seed)) for seed in range(50)}) == 50


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Thi.Example.VN/", "https://thi.example.vn"),
        ("https://thi.example.vn:443", "https://thi.example.vn"),
        ("http://192.168.1.10:8000", "http://192.168.1.10:8000"),
        ("http://[fd00::1]:80", "http://[fd00::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(given, origin):
    assert normal_origin(given) == origin


@pytest.mark.parametrize(
    "given",
    ["", "thi.example.vn", "ftp://x", "https://a/b", "https://a?b", 'https://a"', "https://a:x",
     "https://u:p@a", "https://"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(given):
    with pytest.raises(UnsafeSetting) as refused:
        normal_origin(given)
    assert refused.value.code == "seb_origin_missing"


def test_the_external_address_keeps_path_and_query_byte_for_byte():
    assert (
        external_address(ORIGIN, b"/thi/a%20b", b"x=%C4%91&y") == f"{ORIGIN}/thi/a%20b?x=%C4%91&y"
    )
    assert external_address(ORIGIN, b"/thi", b"") == f"{ORIGIN}/thi"
