"""Responses in fixed columns, labels and a command file for ACER ConQuest 5."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from psychometrics.errors import ModelError
from psychometrics.estimation.specification import ModelChoice
from psychometrics.exports.fixed_values import (
    conquest_location,
    conquest_steps,
    estimates_of,
)
from psychometrics.exports.program_items import (
    FIXED_SLOPES,
    ProgramData,
    check_models,
    check_one_kind_of_slope,
    program_data,
    write_items,
)
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Calibration, ItemEstimate

MODELS = ("1pl", "2pl", "pcm", "rsm", "gpcm")
WEIGHT_DECIMALS = 6


@dataclass(frozen=True)
class Field:
    """Columns of the data file, counted from 1, both ends included."""

    name: str
    first: int
    last: int

    @property
    def text(self) -> str:
        """As the ``format`` statement has it."""
        return f"{self.name} {self.first}-{self.last}"


@dataclass(frozen=True)
class Layout:
    """Where everything stands in a line of the data file.

    Attributes
    ----------
    width : int
        Columns of one response.
    """

    fields: tuple[Field, ...]
    responses: Field
    width: int

    @property
    def statement(self) -> str:
        """The ``format`` statement."""
        fields = " ".join(field.text for field in (*self.fields, self.responses))
        wide = f" (a{self.width})" if self.width > 1 else ""
        return f"format {fields}{wide};"


def write_conquest(
    folder: str | Path,
    responses: ResponseMatrix,
    model: ModelChoice = "gpcm",
    *,
    calibration: Calibration | None = None,
    missing: MissingTreatment = FOR_CALIBRATION,
    item_labels: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write ``responses.dat``, ``responses.lab``, ``items.csv`` and ``calibrate.cqc``.

    Parameters as for :func:`psychometrics.exports.write_mirt`; the data hold the person (the row's
    number where an id is not plain ASCII or has a space), the group's number, the weight and the
    responses, ``.`` where missing. ConQuest is not told of the groups; the command file says where
    they stand.

    Returns
    -------
    tuple of Path

    Raises
    ------
    DataError
        The calibration does not belong to these items.
    ModelError
        ConQuest has no such model, or fixed slopes differ between items.

    Notes
    -----
    Items with slopes of their own use ``scoresfree``; ConQuest's difficulty-side parameters are
    :math:`a b_k`, as TAM's. A 1PL is the Rasch model with a free variance.
    """
    target = Path(folder)
    data = program_data(responses, calibration or model, missing, item_labels)
    check_models(data.items, "ConQuest", MODELS)
    check_one_kind_of_slope(data, "ConQuest")
    estimates = None if calibration is None else _with_common_slope(data, calibration)
    persons = _persons(data)
    layout = _layout(data, persons)
    paths = [
        target / name for name in ("responses.dat", "responses.lab", "items.csv", "calibrate.cqc")
    ]
    with paths[0].open("w", encoding="ascii", newline="") as stream:
        stream.writelines(_data_lines(data, persons, layout))
    paths[1].write_text(_label_text(data), encoding="ascii")
    write_items(paths[2], data)
    paths[3].write_text(_commands(data, layout), encoding="ascii")
    if estimates is not None:
        paths += [target / "items.anc", target / "score.cqc"]
        paths[4].write_text(_anchor_text(estimates), encoding="ascii")
        paths[5].write_text(_commands(data, layout, anchors="items.anc"), encoding="ascii")
    return tuple(paths)


def _persons(data: ProgramData) -> list[str]:
    names = [str(person) for person in data.responses.persons]
    if all(name.isascii() and name.isprintable() and " " not in name for name in names):
        return names
    width = len(str(len(names)))
    return [f"{number:0{width}d}" for number in range(1, len(names) + 1)]


def _layout(data: ProgramData, persons: Sequence[str]) -> Layout:
    widths = {"pid": max(map(len, persons))}
    if data.has_groups:
        widths["grp"] = len(str(len(data.responses.groups)))
    if data.has_weights:
        widths["wgt"] = max(map(len, _weights(data)))
    fields, at = [], 1
    for name, width in widths.items():
        fields.append(Field(name, at, at + width - 1))
        at += width + 1  # a blank between, for the eye
    width = max(len(str(item.n_categories - 1)) for item in data.items)
    return Layout(tuple(fields), Field("responses", at, at + width * len(data.items) - 1), width)


def _weights(data: ProgramData) -> list[str]:
    return [f"{weight:.{WEIGHT_DECIMALS}f}" for weight in data.responses.weights]


def _data_lines(data: ProgramData, persons: Sequence[str], layout: Layout) -> Iterator[str]:
    columns = [list(persons)]
    if data.has_groups:
        columns.append([str(code + 1) for code in data.responses.group_codes.tolist()])
    if data.has_weights:
        columns.append(_weights(data))
    widths = [field.last - field.first + 1 for field in layout.fields]
    for heads, row in zip(zip(*columns, strict=True), data.cells, strict=True):
        start = " ".join(text.ljust(width) for text, width in zip(heads, widths, strict=True))
        cells = ("." if cell < 0 else str(cell) for cell in row.tolist())
        yield f"{start} {''.join(cell.rjust(layout.width) for cell in cells)}\n"


def _label_text(data: ProgramData) -> str:
    rows = [f"{number} {item.name}" for number, item in enumerate(data.items, start=1)]
    return "\n".join(["===> item", *rows, ""])


def _commands(data: ProgramData, layout: Layout, *, anchors: str | None = None) -> str:
    is_rasch = data.models <= FIXED_SLOPES
    wide = is_rasch or anchors is not None
    n_nodes, limit = (121, 12) if wide else (61, 6)
    codes = ",".join(
        str(code).rjust(layout.width)
        for code in range(max(item.n_categories for item in data.items))
    )
    quoted = ",".join(f'"{code}"' for code in codes.split(",")) if layout.width > 1 else codes
    sides = "lconstraints=none" if anchors else "lconstraints=cases"
    stem = "score" if anchors else "calibrate"
    lines = [
        "title Made by khaothi;",
        "datafile responses.dat;",
        layout.statement,
        "labels << responses.lab;",
        f"codes {quoted};",
        *(["caseweight wgt;"] if data.has_weights else []),
        f"set {sides}{'' if is_rasch else ', sconstraint=cases'};",
        *([f"import anchor_parameters << {anchors};"] if anchors else []),
        _model_statement(data, separate_steps=anchors is not None),
        f"estimate ! method=quadrature, nodes={n_nodes}, minnode=-{limit}, maxnode={limit}, "
        "convergence=0.00001, iterations=2000;",
        f"show parameters ! tables=1:2:3 >> {stem}.shw;",
        f"export parameters >> {stem}.prm;",
        f"show cases ! estimates=eap >> {stem}.eap;",
        "quit;",
        "",
    ]
    return "\n".join(lines)


def _model_statement(data: ProgramData, *, separate_steps: bool) -> str:
    if all(item.n_categories == 2 for item in data.items):
        terms = "item"
    elif "rsm" in data.models and not separate_steps:
        terms = "item + step"
    else:
        terms = "item + item*step"
    return f"model {terms};" if data.models <= FIXED_SLOPES else f"model {terms}!scoresfree;"


def _with_common_slope(data: ProgramData, calibration: Calibration) -> list[ItemEstimate]:
    estimates = estimates_of(data.items, calibration)
    for estimate in estimates:
        if estimate.model not in FIXED_SLOPES:
            raise ModelError(
                "program_without_fixed_slopes",
                f"Item {estimate.item!r} has a slope of its own; ConQuest can keep fixed difficulties "
                "and not slopes. Leave the calibration out, or use TAM or mirt.",
                item=estimate.item,
            )
    return estimates


def _anchor_text(estimates: Sequence[ItemEstimate]) -> str:
    values = [conquest_location(estimate) for estimate in estimates]
    values += [step for estimate in estimates for step in conquest_steps(estimate)]
    return "".join(f"{number} {value:.8f}\n" for number, value in enumerate(values, start=1))
