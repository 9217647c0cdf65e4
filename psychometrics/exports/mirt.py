"""Responses and an R script for mirt."""

from collections.abc import Mapping
from pathlib import Path

from psychometrics.estimation.specification import ModelChoice
from psychometrics.exports.csv_files import write_rows
from psychometrics.exports.fixed_values import estimates_of, mirt_values
from psychometrics.exports.program_items import (
    ProgramData,
    program_data,
    write_data,
    write_items,
)
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Calibration

ITEMTYPES = {
    "1pl": "2PL",  # with the slopes held equal
    "2pl": "2PL",
    "3pl": "3PL",
    "4pl": "4PL",
    "pcm": "Rasch",
    "rsm": "rsm",
    "gpcm": "gpcm",
    "grm": "graded",
    "nominal": "nominal",
}
READ = """\
# Made by khaothi. Run in this folder: Rscript {script}
library(mirt)
read <- function(file, ...) read.csv(file, fileEncoding = "UTF-8-BOM", ...)
data <- read("responses.csv", colClasses = c(person = "character"))
items <- read("items.csv")
responses <- data[, items$name]
"""
MODEL = """\
model <- mirt.model(sprintf("F = 1-%d", nrow(items)))
"""
MODEL_WITH_EQUAL_SLOPES = """\
equal <- which(items$model == "1pl")
syntax <- sprintf("F = 1-%d", nrow(items))
if (length(equal) > 1)
  syntax <- paste0(syntax, "\\nCONSTRAIN = (", paste(equal, collapse = ", "), ", a1)")
model <- mirt.model(syntax)
"""
FIXED = """\
items$itemtype[items$itemtype == "rsm"] <- "Rasch"  # the steps are fixed item by item
fixed <- read("fixed.csv")
values <- {fit}(responses, model, itemtype = items$itemtype{people},
  pars = "values")
at <- match(paste(values$item, values$name), paste(fixed$item, fixed$name))
known <- !is.na(at)
value <- fixed$value[at[known]]
# g and u are probabilities in this table, in some versions of mirt logits
is.logit <- values$name[known] %in% c("g", "u") & !is.finite(values$ubound[known])
value[is.logit] <- qlogis(value[is.logit])
values$value[known] <- value
values$est <- values$name %in% c("MEAN_1", "COV_11")
"""
ABILITIES = """\
write.csv(mod2values(fit), "parameters-mirt.csv", row.names = FALSE)
write.csv(cbind(person = data$person, fscores(fit, full.scores.SE = TRUE)),
          "abilities-mirt.csv", row.names = FALSE)
"""


def write_mirt(
    folder: str | Path,
    responses: ResponseMatrix,
    model: ModelChoice = "gpcm",
    *,
    calibration: Calibration | None = None,
    missing: MissingTreatment = FOR_CALIBRATION,
    item_labels: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write the data, the items and an R script that calibrates them with mirt.

    Parameters
    ----------
    folder : str or Path
        An existing folder.
    responses : ResponseMatrix
    model : str, mapping or sequence
        As for :func:`psychometrics.calibrate`. A calibration's models hold instead where given.
    calibration : Calibration, optional
        Adds ``fixed.csv`` and a script that keeps its parameters and estimates the population.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as: decided here, so that both programs
        see the same data.
    item_labels : mapping, optional
        Words for items.

    Returns
    -------
    tuple of Path
        What was written. The population has the nodes this library uses: 61 on ±6, 121 on ±12 where
        its variance is free.

    Raises
    ------
    DataError
        The calibration does not belong to these items.
    ModelError
        An unknown model.
    """
    target = Path(folder)
    data = program_data(responses, calibration or model, missing, item_labels)
    fixed = None if calibration is None else _fixed_rows(data, calibration)
    paths = [target / name for name in ("responses.csv", "items.csv", "calibrate-mirt.R")]
    write_data(paths[0], data)
    write_items(paths[1], data, [ITEMTYPES[item.model] for item in data.items])
    paths[2].write_text(_calibration_script(data), encoding="utf-8")
    if fixed is not None:
        paths += [target / "fixed.csv", target / "score-mirt.R"]
        write_rows(paths[3], ("item", "name", "value"), fixed)
        paths[4].write_text(_scoring_script(data), encoding="utf-8")
    return tuple(paths)


def _fit(data: ProgramData) -> str:
    return "multipleGroup" if data.has_groups else "mirt"


def _people(data: ProgramData) -> str:
    groups = ", group = factor(data$group)" if data.has_groups else ""
    return groups + (", survey.weights = data$weight" if data.has_weights else "")


def _grid(wide: bool) -> str:
    n_nodes, limit = (121, 12) if wide else (61, 6)
    return (
        f"quadpts = {n_nodes}, TOL = 1e-6, "
        f"technical = list(theta_lim = c(-{limit}, {limit}), NCYCLES = 5000)"
    )


def _calibration_script(data: ProgramData) -> str:
    invariance = 'invariance = c(names(responses), "free_means", "free_var")'
    groups = f",\n  {invariance}" if data.has_groups else ""
    wide = data.has_groups or data.models <= {"pcm", "rsm"}
    return (
        READ.format(script="calibrate-mirt.R")
        + MODEL_WITH_EQUAL_SLOPES
        + f"fit <- {_fit(data)}(responses, model, itemtype = items$itemtype{_people(data)}{groups},\n"
        + f"  SE = TRUE, {_grid(wide)})\n"
        + "print(fit)\n"
        + ABILITIES
    )


def _scoring_script(data: ProgramData) -> str:
    return (
        READ.format(script="score-mirt.R")
        + MODEL
        + FIXED.format(fit=_fit(data), people=_people(data))
        + f"fit <- {_fit(data)}(responses, model, itemtype = items$itemtype{_people(data)},\n"
        + f"  pars = values, {_grid(True)})\n"
        + ABILITIES
    )


def _fixed_rows(data: ProgramData, calibration: Calibration) -> list[tuple[str, str, float]]:
    pairs = zip(data.items, estimates_of(data.items, calibration), strict=True)
    return [
        (item.name, name, value)
        for item, estimate in pairs
        for name, value in mirt_values(estimate).items()
    ]
