"""Where the cases of an independent program stand, if they are here."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT.parent / "shared" / "reference"


@pytest.fixture
def reference_cases() -> Path:
    return _present(REFERENCE / "qti-cases")


@pytest.fixture
def vietnamese_cluster() -> bytes:
    return _present(REFERENCE / "qti-vn" / "true-false-cluster.xml").read_bytes()


def _present(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"reference material not here: {path.name}")
    return path
