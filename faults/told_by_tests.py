"""Scenarios that are tests of the project: run by name, as many must pass as there are.

Their attacks need a browser, a site's two boxes or a bank full of planted marks, and stand beside the
code they attack. A name that no longer exists makes the scenario fail: nothing drops out unseen.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
PLAYER, SAFETY = "tests/browser/test_player.py", "tests/browser/test_player_safety.py"
CANDIDATE, ROOM = "tests/api/test_room_candidate.py", "tests/api/test_room_watch.py"
CANARIES, SITES = "tests/canaries", "tests/delivery/sites"
RESCUE, SEALS = "tests/delivery/rescue/test_merge.py", "tests/delivery/seals/test_seals.py"

TESTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "F07": ("the device's clock rules nothing, the server's deadline does", (
        "tests/delivery/attempts/test_service.py::test_a_save_on_its_way_at_the_end_still_counts_a_late_one_does_not",
        "tests/api/test_binding_the_next_save.py::test_a_new_deadline_binds_the_very_next_save",
        f"{PLAYER}::test_when_time_is_over_the_paper_hands_itself_in",
    )),
    "F11": ("two tabs", (f"{PLAYER}::test_the_newest_page_works_and_the_older_one_says_so",)),
    "F12": ("two devices with one code", (
        f"{SAFETY}::test_two_machines_that_both_wrote_lose_nothing_to_each_other",
        "tests/delivery/attempts/test_concurrency.py",
    )),
    "F13": ("what the browser keeps outlives it", (
        "tests/faults/test_browser_killed.py",
        f"{PLAYER}::test_a_reload_shows_every_kind_of_answer_again",
    )),
    "F14 in the browser": ("offline, and over while offline", (
        f"{PLAYER}::test_answers_given_without_network_arrive_when_it_is_back",
        f"{SAFETY}::test_time_ends_without_network_and_the_work_leaves_on_a_memory_stick",
    )),
    "F16": ("the first box dies, the second takes over", (f"{SITES}/test_second_box.py",)),
    "F20": ("captured requests are played again", ("tests/faults/test_attacks.py::TestReplay",)),
    "F21": ("somebody else's ids", ("tests/faults/test_attacks.py::TestForeignIds",)),
    "F22": ("more rights asked for in a body or a header", ("tests/faults/test_attacks.py::TestEscalation",)),
    "F32": ("keys in bytes", (CANARIES,)),
    "F33": ("keys in timing and size", (
        f"{CANDIDATE}::test_right_and_wrong_saves_answer_with_the_same_length",
        f"{CANARIES}/test_key_canaries.py::test_right_and_wrong_responses_are_answered_with_the_same_bytes",
    )),
    "F34": ("harvesting: one form a candidate, however often it is fetched", (
        "tests/faults/test_attacks.py::TestHarvesting",
    )),
    "F35": ("the package before its time", (
        f"{SITES}/test_refusals.py::test_package_does_not_open_before_its_time",
        f"{SITES}/test_refusals.py::test_wrong_code_opens_nothing",
        f"{SITES}/test_round_trip.py::test_package_is_kept_sealed_until_it_is_opened",
    )),
    "F36": ("the package swapped, cut or changed", (
        "tests/delivery/packages/test_envelope.py",
        f"{SITES}/test_refusals.py::test_another_centres_package_is_refused",
    )),
    "F37": ("the audit record changed, cut off or rebuilt", (
        "tests/itembank/audit_chain", "tests/api/commands/test_audit.py",
    )),
    "F38": ("answers changed after the seal", (SEALS,)),
    "F47": ("another build at a site", (
        f"{SITES}/test_refusals.py::test_another_build_is_refused_at_every_step",
        f"{SITES}/test_refusals.py::test_database_that_may_lose_answers_is_refused",
    )),
    "F49": ("a check breaks down, the examination goes on", (
        "tests/api/test_safe_exam_browser.py::test_a_broken_check_stops_no_save",
        "tests/api/test_safe_exam_browser.py::test_a_mismatch_is_reported_and_the_save_still_counts",
    )),
    "F50": ("the rescue file of another, edited, replayed, or old", (RESCUE,)),
}  # fmt: skip


def told(name: str) -> Iterator[Figure]:
    """One figure: how many of the scenario's tests passed, out of how many there are."""
    what, tests = TESTS[name]
    with tempfile.TemporaryDirectory(prefix="khaothi-faults-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
             f"--basetemp={folder}/tests", *tests],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", _last_line(done.stdout))}
    passed = counts.get("passed", 0)
    others = sum(
        n for word, n in counts.items() if word in {"failed", "error", "errors", "skipped"}
    )
    is_met = done.returncode == 0 and passed > 0 and others == 0
    yield Figure(f"{name} {what}: tests passed", passed, "tests", passed + others, is_met)


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else ""
