"""Responses and an R script for TAM."""

from collections.abc import Mapping
from pathlib import Path

from psychometrics.estimation.specification import ModelChoice
from psychometrics.exports.csv_files import write_rows
from psychometrics.exports.fixed_values import estimates_of, tam_steps
from psychometrics.exports.program_items import (
    FIXED_SLOPES,
    ProgramData,
    check_models,
    check_one_kind_of_slope,
    program_data,
    write_data,
    write_items,
)
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Calibration, ItemEstimate

MODELS = ("1pl", "2pl", "pcm", "rsm", "gpcm")
READ = """\
# Made by khaothi. Run in this folder: Rscript {script}
library(TAM)
read <- function(file, ...) read.csv(file, fileEncoding = "UTF-8-BOM", ...)
data <- read("responses.csv", colClasses = c(person = "character"))
items <- read("items.csv")
responses <- data[, items$name]
control <- list(nodes = seq(-{limit}, {limit}, length.out = {nodes}), conv = 1e-6, maxiter = 5000)
"""
RESULTS = """\
summary(fit)
write.csv(fit$item, "parameters-tam.csv")
write.csv(cbind(person = data$person, fit$person[, c("EAP", "SD.EAP")]),
          "abilities-tam.csv", row.names = FALSE)
"""
FIXED = """\
xsi <- as.matrix(read("fixed-xsi.csv")[, c("index", "value")])
B <- as.matrix(read("fixed-B.csv")[, c("item", "category", "dimension", "value")])
fit <- tam.mml.2pl(responses, irtmodel = "GPCM", pid = data$person, xsi.fixed = xsi, B.fixed = B,
  beta.fixed = {beta}, est.variance = TRUE{people}, control = control)
"""


def write_tam(
    folder: str | Path,
    responses: ResponseMatrix,
    model: ModelChoice = "gpcm",
    *,
    calibration: Calibration | None = None,
    missing: MissingTreatment = FOR_CALIBRATION,
    item_labels: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write the data, the items and an R script that calibrates them with TAM.

    Parameters as for :func:`psychometrics.exports.write_mirt`. A 1PL becomes the Rasch model with a
    free variance, which is the same model on another scale: :math:`a = \\sigma` and
    :math:`b = \\xi / \\sigma`.

    Returns
    -------
    tuple of Path

    Raises
    ------
    DataError
        The calibration does not belong to these items.
    ModelError
        TAM has no such model, or items with and without slopes of their own are mixed.
    """
    target = Path(folder)
    data = program_data(responses, calibration or model, missing, item_labels)
    check_models(data.items, "TAM", MODELS)
    check_one_kind_of_slope(data, "TAM")
    estimates = None if calibration is None else estimates_of(data.items, calibration)
    paths = [target / name for name in ("responses.csv", "items.csv", "calibrate-tam.R")]
    write_data(paths[0], data)
    write_items(paths[1], data)
    paths[2].write_text(_calibration_script(data), encoding="utf-8")
    if estimates is not None:
        paths += [target / name for name in ("fixed-xsi.csv", "fixed-B.csv", "score-tam.R")]
        write_rows(paths[3], ("index", "value"), _xsi(estimates))
        write_rows(paths[4], ("item", "category", "dimension", "value"), _loadings(estimates))
        paths[5].write_text(_scoring_script(data), encoding="utf-8")
    return tuple(paths)


def _xsi(estimates: list[ItemEstimate]) -> list[tuple[int, float]]:
    return list(enumerate((xsi for item in estimates for xsi in tam_steps(item)), start=1))


def _loadings(estimates: list[ItemEstimate]) -> list[tuple[int, int, int, float]]:
    """Category 1 is TAM's name of the lowest."""
    return [
        (number, k + 1, 1, k * estimate.a)
        for number, estimate in enumerate(estimates, start=1)
        for k in range(estimate.n_categories)
    ]


def _people(data: ProgramData) -> str:
    groups = ", group = data$group" if data.has_groups else ""
    return groups + (", pweights = data$weight" if data.has_weights else "")


def _calibration_script(data: ProgramData) -> str:
    if data.models <= FIXED_SLOPES:
        call, kind = "tam.mml", "RSM" if "rsm" in data.models else "PCM"
    else:
        call, kind = "tam.mml.2pl", "GPCM"
    wide = kind != "GPCM" or data.has_groups
    fit = f'fit <- {call}(responses, irtmodel = "{kind}", pid = data$person{_people(data)},\n'
    return _read("calibrate-tam.R", wide) + fit + "  control = control)\n" + RESULTS


def _scoring_script(data: ProgramData) -> str:
    fixed = FIXED.format(beta="FALSE", people=_people(data))
    return _read("score-tam.R", True) + fixed + RESULTS


def _read(script: str, wide: bool) -> str:
    n_nodes, limit = (121, 12) if wide else (61, 6)
    return READ.format(script=script, nodes=n_nodes, limit=limit)
