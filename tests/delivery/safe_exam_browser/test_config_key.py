"""The Config Key: the published vectors, the order of keys, and what is left out or refused."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime

import pytest

from delivery.safe_exam_browser.config_key import address_hash, config_key, is_hash_of, seb_json
from delivery.safe_exam_browser.errors import UnsafeSetting

# One client's own file was reproduced too and is not kept here, since it is under the GPL:
# tests/fixtures/unencrypted_mac_001.seb of Moodle's quizaccess_seb (SEB 2.1.4 for macOS, 202 settings,
# one of them with a single backslash) gives 4fa9af8ec8759eb7c680752ef4ee5eaf1a860628608fccae2715d519849f9292.
# SHA-256 of the two characters «{}», and the two-key example worked out by hand with sha256sum.
EMPTY = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
TWO = {"sendBrowserExamKey": True, "startURL": "https://x/y"}
TWO_KEY = "157d16f7b5aca22d1efcb46a5da28172f1aae254e2214deacbff36acf2f2b0dc"
TWO_HEADER = "9cf7174df0f3e3be254933667772ab4e2c1fc68d0d63324b9c099c1d4e89028b"


def test_the_key_of_an_empty_configuration():
    assert config_key({}) == EMPTY


def test_the_key_and_the_header_of_the_two_setting_example():
    assert config_key(TWO) == TWO_KEY
    assert address_hash("https://x/y", TWO_KEY) == TWO_HEADER


def test_a_fragment_does_not_count_and_a_query_does():
    assert address_hash("https://x/y#cau-3", TWO_KEY) == TWO_HEADER
    assert address_hash("https://x/y?a=1#b", TWO_KEY) == address_hash("https://x/y?a=1", TWO_KEY)
    assert address_hash("https://x/y?a=1", TWO_KEY) != TWO_HEADER


def test_the_text_under_the_key_has_no_white_space_and_no_escapes():
    found = seb_json({"b": 7, "A": [True, None, b"\x00\xff", "đường / 1 \\ 2"], "c": []})
    assert found == '{"A":[true,"","AP8=","đường / 1 \\ 2"],"b":7,"c":[]}'


def test_keys_are_ordered_without_regard_to_case_lower_before_upper():
    assert seb_json({"B": 1, "a": 2, "C": 3, "b": 4}) == '{"a":2,"b":4,"B":1,"C":3}'


@pytest.mark.parametrize("seed", range(20))
def test_the_order_in_which_settings_were_given_does_not_matter(seed):
    settings = [(f"k{n}", {"x": n, "Y": [{"q": 1, "P": 2}]}) for n in range(12)]
    shuffled = random.Random(seed).sample(settings, len(settings))
    assert config_key(dict(shuffled)) == config_key(dict(settings))


def test_empty_dictionaries_and_the_originator_are_left_out_at_every_depth():
    nested = {"a": 1, "in": {"originatorversion": "x", "e": {}, "f": 2}, "z": {}}
    assert seb_json({**nested, "originatorVersion": "SEB"}) == '{"a":1,"in":{"f":2}}'
    assert seb_json({"rules": [{"e": {}, "f": 2}, {}]}) == '{"rules":[{"f":2},{}]}'


def test_a_dictionary_emptied_by_leaving_out_stays_as_the_clients_leave_it():
    assert seb_json({"in": {"originatorVersion": "x"}}) == '{"in":{}}'


@pytest.mark.parametrize("value", [datetime(2026, 11, 22), 1.5])
def test_dates_and_reals_have_no_agreed_form_and_are_refused(value):
    with pytest.raises(UnsafeSetting) as refused:
        config_key({"when": value})
    assert "không tính" in str(refused.value).lower()


def test_order_of_an_array_counts():
    assert config_key({"a": [1, 2]}) != config_key({"a": [2, 1]})


def test_comparison_takes_anything_a_browser_may_send():
    assert is_hash_of(TWO_HEADER, TWO_HEADER)
    assert not is_hash_of("é" * 64, TWO_HEADER)
    assert not is_hash_of("", TWO_HEADER)
    assert not is_hash_of(TWO_HEADER.upper(), TWO_HEADER)


def test_the_key_is_a_sha256_of_utf8():
    assert config_key({"a": "đề"}) == hashlib.sha256('{"a":"đề"}'.encode()).hexdigest()
