"""What a server takes for itself before it begins."""

from __future__ import annotations

import subprocess
import sys

import pytest

FEW, ALLOWED = 256, 4096
ASKED = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({FEW}, {ALLOWED}))
from api.app import create_app
from api.db import connect
from api.serving import server_of
from api.settings import Settings
server_of(create_app(Settings(), connect("sqlite://")), port=0)
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such bound")
def test_as_many_connections_are_open_as_the_system_allows() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == f"({ALLOWED}, {ALLOWED})"
