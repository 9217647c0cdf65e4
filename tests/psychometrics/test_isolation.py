"""The library can be imported alone: nothing of the web, the database or plotting comes along."""

import ast
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "psychometrics"
FORBIDDEN = (
    *("sqlalchemy", "fastapi", "starlette", "pydantic", "pandas", "jinja2", "lxml"),
    *("pyarrow", "matplotlib", "dask", "distributed", "girth", "pyreadstat", "highspy"),
)
OURS = ("itembank", "delivery", "api", "alembic")
MOST_SECONDS = 0.25  # beyond numpy and scipy

# Each belongs to one part of the library, which nothing else imports.
EXTRAS = {
    "pyarrow": {"responses/parquet.py", "exports/parquet_files.py"},
    "matplotlib": {"plots"},
    "dask": {"cluster.py"},
    "distributed": {"cluster.py"},
    "girth": {"second_opinion.py"},
    "pyreadstat": {"exports/spss.py"},
    "pandas": {"exports/spss.py"},  # what pyreadstat takes and gives
    "highspy": {"adaptive/assembly/highs_solver.py"},
}

# An interpreter that has the standard library, numpy, scipy and this library, and nothing more.
ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Refuser(MetaPathFinder):
    allowed = {*sys.stdlib_module_names, "numpy", "scipy", "psychometrics"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self.allowed and not name.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"{name} is not there", name=name)

sys.meta_path.insert(0, Refuser())
"""


def fresh(code, place):
    """Run code in an interpreter of its own that finds the library in this folder; what it printed."""
    environment = os.environ | {"PYTHONPATH": str(place)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=place, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def processor_seconds(code):
    """Of a fresh interpreter; the shortest of several runs."""
    found = []
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        fresh(code, ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def test_import_brings_nothing_but_numpy_and_scipy():
    names = FORBIDDEN + OURS
    printed = fresh(
        f"import sys, psychometrics; print([n for n in {names!r} if n in sys.modules])", ROOT
    )
    assert printed.strip() == "[]"


def test_import_is_quick():
    """Processor time: what other processes do to the clock is no matter of this library."""
    own = processor_seconds("import psychometrics") - processor_seconds("import numpy, scipy")
    print(f"import psychometrics: {own:.3f} s beyond numpy and scipy")
    assert own <= MOST_SECONDS


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The project alone, installed by pip without what it depends on."""
    pytest.importorskip("hatchling", reason="the project cannot be built without hatchling")
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    command += ["--disable-pip-version-check", "--no-build-isolation", "--target", str(target)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def test_the_installed_library_works_alone(installed):
    code = f"""{ALONE}
import numpy as np
import psychometrics as p
import psychometrics.adaptive, psychometrics.assessment, psychometrics.classical, psychometrics.dif
import psychometrics.equating, psychometrics.exports, psychometrics.fit, psychometrics.linking
import psychometrics.standards, psychometrics.sum_scores
rng = np.random.default_rng(0)
items = [p.item_estimate(f"I{{k}}", "2pl", [1.0, b]) for k, b in enumerate((-1.0, 0.0, 1.0), 1)]
data = p.simulate_responses(items, rng.normal(size=500), rng)
fit = p.calibrate(data, "2pl")
print(fit.converged, bool(np.isfinite(p.score(data, fit).theta).all()))
print(p.__file__.startswith({str(installed)!r}))
"""
    assert fresh(code, installed).split() == ["True", "True", "True"]


def test_what_needs_more_says_so(installed):
    """A Parquet file without pyarrow is refused in words, not by a missing module."""
    code = f"""{ALONE}
import pathlib, psychometrics
path = pathlib.Path({str(installed)!r}) / "x.parquet"
path.write_bytes(b"PAR1")
try:
    psychometrics.read_responses(path)
except psychometrics.NotBuilt as error:
    print(error)
"""
    assert "pyarrow" in fresh(code, installed)


def modules():
    return sorted(LIBRARY.rglob("*.py"))


def imported(path):
    """Names of the modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_extras_are_imported_in_modules_of_their_own():
    allowed = {*sys.stdlib_module_names, "numpy", "scipy", "psychometrics"}
    for path in modules():
        place = path.relative_to(LIBRARY).as_posix()
        for name in imported(path):
            top = name.partition(".")[0]
            homes = EXTRAS.get(top, set())
            at_home = place in homes or place.partition("/")[0] in homes
            assert top in allowed or at_home, f"{place} imports {name}"


def test_nothing_imports_the_modules_of_the_extras():
    homes = {home.removesuffix(".py").replace("/", ".") for own in EXTRAS.values() for home in own}
    for path in modules():
        place = path.relative_to(LIBRARY).as_posix().removesuffix(".py").replace("/", ".")
        if place in homes or place.partition(".")[0] in homes:
            continue
        used = {name.removeprefix("psychometrics.") for name in imported(path)}
        assert not used & homes, f"{place} imports {used & homes}"


def test_public_names_exist_and_are_few():
    import psychometrics

    assert len(psychometrics.__all__) < 25
    assert all(hasattr(psychometrics, name) for name in psychometrics.__all__)
