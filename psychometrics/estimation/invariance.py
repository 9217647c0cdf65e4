"""Items whose parameters are not the same in every group.

Such an item becomes one column a group, each administered to that group alone. Nothing else needs to
know: a group's own item is an item.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from psychometrics.errors import ModelError
from psychometrics.responses.matrix import ResponseMatrix

SEPARATOR = "@"

FreeAcrossGroups = Sequence[str | tuple[str, str]]


def own_label(item: str, group: str) -> str:
    """Label of an item as a group has it."""
    return f"{item}{SEPARATOR}{group}"


def base_item(label: str) -> str:
    """The item that a group's own item is a version of; the label itself for any other."""
    return label.rpartition(SEPARATOR)[0] or label


def own_groups(responses: ResponseMatrix, free: FreeAcrossGroups) -> dict[str, tuple[str, ...]]:
    """Of every item that is not invariant, the groups with parameters of their own.

    An item named alone is free in all groups that saw it; a pair of item and group frees it there,
    and the other groups go on sharing it.

    Raises
    ------
    ModelError
        An item or group that is not in the data.
    """
    found: dict[str, list[str]] = {}
    for entry in free:
        item, group = (entry, None) if isinstance(entry, str) else entry
        _check_named(responses, item, group)
        listed = found.setdefault(item, [])
        wanted = responses.groups if group is None else (group,)
        listed += [g for g in wanted if g not in listed and _saw(responses, item, g)]
    return {item: tuple(groups) for item, groups in found.items()}


def split_by_group(responses: ResponseMatrix, own: Mapping[str, Sequence[str]]) -> ResponseMatrix:
    """One column more for each group that has an item of its own.

    The item's column keeps the groups that share it; where none is left, it becomes the first group's.
    Its place and that of all other columns stay, further columns are appended.

    Parameters
    ----------
    own : mapping
        Groups with parameters of their own, by item; see :func:`own_groups`.
    """
    if not any(own.values()):
        return responses
    labels, scores = list(responses.items), [responses.scores]
    observed = [responses.observed.copy()]
    for item, groups in own.items():
        position = responses.items.index(item)
        masks = {g: responses.group_codes == responses.groups.index(g) for g in groups}
        shared = responses.observed[:, position] & ~np.any(list(masks.values()), axis=0)
        remaining = list(groups)
        if not shared.any():
            first = remaining.pop(0)
            labels[position] = own_label(item, first)
            shared = responses.observed[:, position] & masks[first]
        observed[0][:, position] = shared
        for group in remaining:
            labels.append(own_label(item, group))
            scores.append(responses.scores[:, [position]])
            observed.append((responses.observed[:, position] & masks[group])[:, None])
    return ResponseMatrix(
        scores=np.concatenate(scores, axis=1),
        observed=np.concatenate(observed, axis=1),
        weights=responses.weights,
        group_codes=responses.group_codes,
        groups=responses.groups,
        persons=responses.persons,
        items=tuple(labels),
    )


def own_groups_of_labels(
    labels: Sequence[str], responses: ResponseMatrix
) -> dict[str, tuple[str, ...]]:
    """Of the responses' items, the groups that calibrated items were estimated for alone."""
    found: dict[str, list[str]] = {}
    columns = set(responses.items)
    for label in labels:
        item, _, group = label.rpartition(SEPARATOR)
        if label not in columns and item in columns and group in responses.groups:
            found.setdefault(item, []).append(group)
    return {item: tuple(groups) for item, groups in found.items()}


def _saw(responses: ResponseMatrix, item: str, group: str) -> bool:
    members = responses.group_codes == responses.groups.index(group)
    return bool(responses.observed[members, responses.items.index(item)].any())


def _check_named(responses: ResponseMatrix, item: str, group: str | None) -> None:
    if item not in responses.items:
        raise ModelError(
            "unknown_item_in_option",
            f"There is no item {item!r} to free across groups; check the name.",
            item=item,
        )
    if len(responses.groups) < 2 or (group is not None and group not in responses.groups):
        raise ModelError(
            "no_such_group",
            f"Item {item!r} cannot have parameters of its own in group {group!r}; the groups are "
            f"{', '.join(responses.groups)}.",
            item=item,
            group=group or "",
            groups=", ".join(responses.groups),
        )
