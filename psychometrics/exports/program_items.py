"""The items of a response matrix as another program will know them, and the data it reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.errors import ModelError
from psychometrics.estimation.constraints import EVERY
from psychometrics.estimation.specification import ModelChoice, specify
from psychometrics.exports.csv_files import neutral, write_rows
from psychometrics.models import model_of_item
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import MissingTreatment
from psychometrics.results import Calibration

FIXED_SLOPES = frozenset(
    {"1pl", "pcm", "rsm"}
)  # one for all items; the population's SD takes it up
ITEMS_HEADER = ("name", "item", "label", "categories", "first_category", "model")


@dataclass(frozen=True)
class ProgramItem:
    """One item under a name any program accepts.

    Attributes
    ----------
    name : str
        ``I001``, ``I002``, ... in the order of the columns.
    item, label : str
        As the response matrix calls it, and in words.
    first_category : int
        The lowest observed one; the programs are given categories from zero.
    """

    name: str
    item: str
    label: str
    n_categories: int
    first_category: int
    model: str


@dataclass(frozen=True, eq=False)
class ProgramData:
    """Responses with every kind of missing treated, categories from zero, -1 where nothing counts.

    Attributes
    ----------
    cells : (n_persons, n_items)
    """

    responses: ResponseMatrix
    cells: IntArray
    items: tuple[ProgramItem, ...]

    @property
    def has_groups(self) -> bool:
        """Whether there is more than one group."""
        return len(self.responses.groups) > 1

    @property
    def has_weights(self) -> bool:
        """Whether any person counts other than once."""
        return bool((self.responses.weights != 1).any())

    @property
    def models(self) -> set[str]:
        """The models of the items."""
        return {item.model for item in self.items}


def program_data(
    responses: ResponseMatrix,
    model: ModelChoice | Calibration,
    missing: MissingTreatment,
    item_labels: Mapping[str, str] | None = None,
) -> ProgramData:
    """Treat, recode and name; a calibration stands for its models.

    Raises
    ------
    ModelError
        An unknown model, or an item without one.
    """
    treated = responses.treat(missing)
    chosen = models_of(model, treated.items) if isinstance(model, Calibration) else model
    names = specify(treated, chosen).names
    width = len(str(treated.n_items))
    sizes = treated.n_categories.tolist()
    items = tuple(
        ProgramItem(
            name=f"I{i + 1:0{max(width, 3)}d}",
            item=label,
            label=(item_labels or {}).get(label, label),
            n_categories=sizes[i],
            first_category=int(treated.first_category[i]),
            model=model_of_item(names[i], sizes[i]).name,
        )
        for i, label in enumerate(treated.items)
    )
    cells = np.where(treated.observed, treated.scores.astype(np.intp) - treated.first_category, -1)
    return ProgramData(treated, cells, items)


def models_of(calibration: Calibration, items: Sequence[str]) -> dict[str, str]:
    """The calibrated models of these items; what was not calibrated is refused later, by name."""
    known = {estimate.item: estimate.model for estimate in calibration.items}
    return {EVERY: "gpcm"} | {label: known[label] for label in items if label in known}


def check_models(items: Sequence[ProgramItem], program: str, known: Sequence[str]) -> None:
    """Refuse a model the program does not have.

    Raises
    ------
    ModelError
        Naming the first such item.
    """
    for item in items:
        if item.model not in known:
            raise ModelError(
                "program_without_model",
                f"{program} has no model {item.model} (item {item.item!r}); choose among "
                f"{', '.join(known)}, or another program.",
                program=program,
                model=item.model,
                item=item.item,
                models=", ".join(known),
            )


def check_one_kind_of_slope(data: ProgramData, program: str) -> None:
    """Refuse items with one common slope beside items with slopes of their own.

    Raises
    ------
    ModelError
    """
    if data.models & FIXED_SLOPES and data.models - FIXED_SLOPES:
        raise ModelError(
            "program_without_mixture",
            f"{program} takes items with a common slope ({', '.join(sorted(FIXED_SLOPES))}) or items "
            "with slopes of their own, not both; choose one kind.",
            program=program,
            models=", ".join(sorted(data.models)),
        )


def write_data(path: Path, data: ProgramData) -> None:
    """Person, group (1, 2, ...) and weight where there are any, then the items; blank where missing."""
    header = ["person", *(["group"] if data.has_groups else [])]
    header += ["weight"] if data.has_weights else []
    write_rows(path, [*header, *(item.name for item in data.items)], _data_rows(data))


def _data_rows(data: ProgramData) -> Iterator[list[object]]:
    people = data.responses
    for i, cells in enumerate(data.cells):
        row: list[object] = [neutral(str(people.persons[i]))]
        row += [int(people.group_codes[i]) + 1] if data.has_groups else []
        row += [float(people.weights[i])] if data.has_weights else []
        yield row + ["" if cell < 0 else cell for cell in cells.tolist()]


def write_items(path: Path, data: ProgramData, types: Sequence[str] | None = None) -> None:
    """The codebook of the items, with the program's own name of each item's model where given."""
    rows = [
        [i.name, neutral(i.item), neutral(i.label), i.n_categories, i.first_category, i.model]
        for i in data.items
    ]
    if types is None:
        write_rows(path, ITEMS_HEADER, rows)
        return
    typed = [[*row, kind] for row, kind in zip(rows, types, strict=True)]
    write_rows(path, (*ITEMS_HEADER, "itemtype"), typed)
