"""What is to be estimated: the model of every item, resolved against the responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.errors import ModelError
from psychometrics.estimation.constraints import EVERY, Constraint
from psychometrics.estimation.invariance import base_item
from psychometrics.models import MODELS, find_model, model_of_item
from psychometrics.models.base import ItemModel
from psychometrics.models.difficulty_form import DifficultyForm
from psychometrics.priors import Prior
from psychometrics.responses.source import ResponseSource
from psychometrics.responses.summary import ResponseSummary
from psychometrics.results import Calibration, ItemEstimate

ModelChoice = str | Mapping[str, str] | Sequence[str]
Anchors = Calibration | Mapping[str, ItemEstimate] | Sequence[ItemEstimate]
MIXED = "mixed"


@dataclass(frozen=True)
class Specification:
    """What a calibration estimates.

    Attributes
    ----------
    names : tuple of str
        The model chosen for each column.
    anchors : mapping
        Items with known parameters, by column label.
    is_free_population : bool
        Whether anchors (or fixed parameters) carry the scale instead of the reference group.
    """

    names: tuple[str, ...]
    anchors: Mapping[str, ItemEstimate]
    priors: tuple[Prior, ...]
    constraints: tuple[Constraint, ...]
    is_free_population: bool

    @property
    def title(self) -> str:
        """The one model, or ``mixed``."""
        return self.names[0] if len(set(self.names)) == 1 else MIXED

    def categories(self, used: ResponseSummary) -> tuple[IntArray, IntArray]:
        """Lowest category and number of categories of each item; the anchors' are known."""
        first, n_categories = used.first_category.copy(), used.n_categories.copy()
        for position, label in enumerate(used.items):
            if label in self.anchors:
                first[position] = self.anchors[label].first_category
                n_categories[position] = self.anchors[label].n_categories
        return first, n_categories

    def models(self, items: Sequence[str], n_categories: IntArray) -> list[ItemModel]:
        """The model each item is computed with."""
        by_difficulty = {i for c in self.constraints for i in c.items_by_difficulty}
        found: list[ItemModel] = []
        forms: dict[str, DifficultyForm] = {}
        for label, name, size in zip(items, self.names, n_categories.tolist(), strict=True):
            model = model_of_item(name, size)
            has_b = model.reported_names(size)[-1:] != () and "b" in _kinds(model, size)
            if has_b and model.name != "rsm" and by_difficulty & {label, EVERY}:
                model = forms.setdefault(model.name, DifficultyForm(model))
            found.append(model)
        return found


def _kinds(model: ItemModel, n_categories: int) -> set[str]:
    return {name.rstrip("0123456789") for name in model.reported_names(n_categories)}


def specify(
    responses: ResponseSource,
    model: ModelChoice,
    *,
    anchors: Anchors | None = None,
    priors: Sequence[Prior] = (),
    constraints: Sequence[Constraint] = (),
    is_free_population: bool | None = None,
) -> Specification:
    """Resolve what was asked for against the columns.

    Raises
    ------
    ModelError
        An unknown model or item, a column without a model, no anchor among the columns, or an
        anchored item for which another model was asked.
    """
    _refuse_unknown_places(responses.items, priors)
    chosen = models_by_item(responses.items, model)
    names = _names(responses.items, chosen)
    known = _anchors(responses.items, anchors)
    for position, label in enumerate(responses.items):
        if label in known:
            names[position] = _anchored_model(label, known[label], chosen)
    is_free = bool(known) if is_free_population is None else is_free_population
    if is_free and not known and all(c.value is None for c in constraints):
        raise ModelError(
            "scale_not_identified",
            "A free population needs anchored items or fixed parameters to carry the scale; give "
            "anchors, or leave the reference group standard.",
        )
    return Specification(tuple(names), known, tuple(priors), tuple(constraints), is_free)


def _names(items: Sequence[str], model: str | Mapping[str, str]) -> list[str]:
    if isinstance(model, str):
        names = [model] * len(items)
    else:
        names = [_of_mapping(label, model) for label in items]
        _refuse_unknown(items, model)
    for name in dict.fromkeys(names):
        find_model(name)
    return names


def models_by_item(items: Sequence[str], model: ModelChoice) -> str | Mapping[str, str]:
    """A sequence of models as a mapping from the items they are given for.

    Raises
    ------
    ModelError
        There is not one for each.
    """
    if isinstance(model, str | Mapping):
        return model
    if len(model) != len(items):
        raise ModelError(
            "wrong_number_of_models",
            f"There are {len(model)} models for {len(items)} items; give one each.",
            n_models=len(model),
            n_items=len(items),
        )
    return dict(zip(items, model, strict=True))


def _refuse_unknown_places(items: Sequence[str], priors: Sequence[Prior]) -> None:
    known = {*items, *map(base_item, items)}
    for prior in priors:
        unknown = [label for label in prior.items if label not in known]
        if unknown:
            raise ModelError(
                "bad_prior",
                f"Prior {prior.text!r}: there is no item {unknown[0]!r}.",
                prior=prior.text,
                remedy=f"there is no item {unknown[0]!r}",
            )


def _of_mapping(label: str, model: Mapping[str, str]) -> str:
    found = model.get(label) or model.get(base_item(label)) or model.get(EVERY)
    if found is None:
        raise ModelError(
            "item_without_model",
            f"Item {label!r} has no model; name one for it, or one for '*', every other item.",
            item=label,
        )
    return found


def _refuse_unknown(items: Sequence[str], model: Mapping[str, str]) -> None:
    known = {EVERY, *items, *map(base_item, items)}
    for label in model:
        if label not in known:
            raise ModelError(
                "model_for_unknown_item",
                f"There is a model for item {label!r}, which is not in the data; check the name.",
                item=label,
            )


def _anchors(items: Sequence[str], anchors: Anchors | None) -> dict[str, ItemEstimate]:
    if anchors is None:
        return {}
    known: dict[str, ItemEstimate] = {}
    for label, estimate in _labelled(anchors):
        earlier = known.setdefault(label, estimate)
        if not np.array_equal(earlier.reported, estimate.reported):
            raise ModelError(
                "anchor_given_twice",
                f"Item {label!r} is anchored at two different sets of parameters; keep one.",
                item=label,
            )
    here = {label: known[label] for label in items if label in known}
    if not here:
        raise ModelError(
            "no_anchor_in_data",
            "None of the anchored items is among the columns; check the item names.",
        )
    return here


def _labelled(anchors: Anchors) -> list[tuple[str, ItemEstimate]]:
    if isinstance(anchors, Mapping):
        return list(anchors.items())
    listed = anchors.items if isinstance(anchors, Calibration) else anchors
    return [(estimate.item, estimate) for estimate in listed]


def _anchored_model(label: str, anchor: ItemEstimate, model: str | Mapping[str, str]) -> str:
    asked = model.get(label) if isinstance(model, Mapping) else None
    if anchor.model not in MODELS:
        find_model(anchor.model)
    if asked is not None and model_of_item(asked, anchor.n_categories).name != anchor.model:
        raise ModelError(
            "anchor_of_other_model",
            f"Item {label!r} is anchored as {anchor.model} but {asked} was asked for; remove one.",
            item=label,
            anchored=anchor.model,
            model=asked,
        )
    return anchor.model
