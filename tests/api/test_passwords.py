"""What is kept of a password or a code is dear to guess from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from api.auth import passwords

ROOT = Path(__file__).parents[2]
ASK = "from api.auth.passwords import hash_code, hash_password as p; print(p('a'), hash_code('A'))"


def test_the_programs_own_hashes_cost_what_the_recommendation_asks() -> None:
    """RFC 9106 section 4, low memory, for staff; OWASP's least for codes that live a day."""
    told = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True)
    staff, code = told.stdout.split()
    assert staff.startswith("$argon2id$v=19$m=65536,t=3,p=1$"), told.stderr
    assert code.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_each_hash_has_a_salt_of_its_own_and_fits_its_words_alone() -> None:
    first, second = (passwords.hash_password("mot cau dai") for _ in range(2))
    assert first != second
    assert passwords.verify(first, "mot cau dai") and passwords.verify(second, "mot cau dai")
    assert not passwords.verify(first, "mot cau daj")
    assert not passwords.verify("!", "!")


def test_a_code_is_read_as_people_type_it() -> None:
    code = passwords.new_code()
    stored = passwords.hash_code(code)
    assert passwords.verify_code(stored, code.lower().replace("-", " "))
    assert not passwords.verify_code(stored, code[:-1] + ("A" if code[-1] != "A" else "B"))
