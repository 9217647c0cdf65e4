"""Every result of a folder beside ours, dispatched by what the file holds."""

import traceback
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reference.collection import DATA, DataSet, Result, data_sets
from benchmarks.reference.comparison import Comparison, Verdict
from benchmarks.reference.dif_results import compare_dif
from benchmarks.reference.exact_results import compare_exact
from benchmarks.reference.group_results import compare_groups, compare_likelihood_ratios
from benchmarks.reference.latent_regressions import compare_regression, is_regression
from benchmarks.reference.links import compare_links
from benchmarks.reference.mirt_results import compare_mirt
from benchmarks.reference.parts import parts_left_over
from benchmarks.reference.runs import Calibrations, NotComparable
from benchmarks.reference.tam_results import compare_tam
from psychometrics.errors import NotBuilt

TRUTH = "parameters of the simulation, no program's result: docs/methods/recovery.md compares with truth"


def compare_folder(folder: Path) -> Iterator[Comparison]:
    """All data sets of a folder, one after the other."""
    for data_set in data_sets(folder):
        ours = Calibrations(data_set)
        for result in data_set.results:
            yield from compare_result(data_set, result, ours)


def compare_result(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    """One file; what cannot be repeated is said, and an error is a failure."""
    try:
        yield from _dispatched(data_set, result, ours)
        yield from parts_left_over(result) if result.name != "truth" else ()
    except (NotComparable, NotBuilt) as reason:
        yield result.subject.not_comparable("everything", str(reason))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        note = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
        subject = result.subject
        yield Comparison(
            subject.data_set, subject.result, subject.program, "everything", None, None,
            Verdict.FAILS, note,
        )  # fmt: skip


def _dispatched(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    values = result.values
    has_data = (data_set.folder / DATA).is_file()
    if result.name == "truth":
        yield result.subject.not_comparable("everything", TRUTH)
    elif "direct" in values and "coef" in values:
        yield from compare_links(data_set, result)
    elif not has_data:
        raise NotComparable(f"there is no {DATA} beside it")
    elif "test_a_d" in values:
        yield from compare_likelihood_ratios(data_set, result)
    elif "MH" in values:
        yield from compare_dif(data_set, result)
    elif is_regression(values):
        yield from compare_regression(data_set, result)
    elif "group_pars" in values:
        yield from compare_groups(data_set, result, ours)
    elif "slope_intercept" in values:
        yield from compare_mirt(data_set, result, ours)
    elif "logLik_at_max" in values:
        yield from compare_exact(data_set, result, ours)
    elif result.engine == "TAM":
        yield from compare_tam(data_set, result, ours)
    else:
        raise NotComparable("a file of unknown shape")
