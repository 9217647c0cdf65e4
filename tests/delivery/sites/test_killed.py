"""The box's machine dies while a package is being opened: SIGKILL, at many places of the way."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys

import pytest

from tests.delivery.sites.test_refusals import nothing_opened
from tests.factories.sites import openers

CHILD = """
import os, pickle, signal, sys
from api.auth import passwords
from api.db import connect
from delivery.packages import repository
from delivery.sites import box_service
from delivery.sites.exam_mode import Box
import api.tables

url, work, dies_at = sys.argv[1], pickle.load(open(sys.argv[2], "rb")), sys.argv[3]
batches, seen = repository.batches, []

def dying(rows):
    seen.append(1)
    if len(seen) == int(dies_at):
        os.kill(os.getpid(), signal.SIGKILL)
    return batches(rows)

repository.batches = dying
with connect(url).write() as db:
    box_service.open_package(db, work["package"], work["inside"], work["openers"], work["box"],
                             verify_password=passwords.verify, now=work["now"])
    if dies_at == "0":  # everything is written, nothing committed
        db.flush()
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def prepared(prepared_sqlite):
    return prepared_sqlite


def opening(database, work_file, dies_at):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(database.engine.url), str(work_file), dies_at],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_box_that_dies_while_opening_is_as_shut_as_before(
    prepared, shut_database, shut_box, now, tmp_path
):
    work = {
        "package": prepared.built.package_id, "inside": prepared.inside, "now": now,
        "openers": openers(prepared.built), "box": shut_box.described(),
    }  # fmt: skip
    file = tmp_path / "work"
    file.write_bytes(pickle.dumps(work))
    for dies_at in ("1", "7", str(len(prepared.inside.tables)), "0"):
        code, told = opening(shut_database, file, dies_at)
        assert code == -signal.SIGKILL, told
        assert nothing_opened(shut_database)
    code, told = opening(shut_database, file, "999")
    assert code == 0, told
    assert not nothing_opened(shut_database)
