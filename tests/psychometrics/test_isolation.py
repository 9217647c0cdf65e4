"""The library can be imported alone: nothing of the web, the database or plotting comes along."""

import subprocess
import sys

FORBIDDEN = ("sqlalchemy", "fastapi", "starlette", "pydantic", "pandas", "pyarrow", "matplotlib")
FORBIDDEN += ("dask", "distributed", "girth")


def test_import_brings_nothing_but_numpy_and_scipy():
    code = (
        "import sys, psychometrics; "
        f"print([n for n in {FORBIDDEN!r} if n in sys.modules]); "
        "print([n for n in ('itembank', 'delivery', 'api') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]


def test_public_names_exist_and_are_few():
    import psychometrics

    assert len(psychometrics.__all__) < 25
    assert all(hasattr(psychometrics, name) for name in psychometrics.__all__)
