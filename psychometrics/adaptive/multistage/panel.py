"""Modules and panels of a multistage test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from psychometrics.adaptive.assembly.constraints import Constraint, ForbiddenItems
from psychometrics.adaptive.assembly.forms import Target, assemble
from psychometrics.adaptive.pool import ItemPool
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True)
class Module:
    """A block of items given as a whole, in this order."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """Stages of modules.

    Parameters
    ----------
    pool : ItemPool
    stages : tuple of tuples of Module
        In each stage from the easiest to the hardest; no item in two modules.
    ways : mapping of module name to names of modules of the next stage, optional
        Where an examinee may go on to; anywhere for a module that is not named.

    Raises
    ------
    DataError
        An empty panel, stage or module, a name or item given twice, an item that is not in the
        pool, or a way to a module that is not in the next stage.
    """

    pool: ItemPool
    stages: tuple[tuple[Module, ...], ...]
    ways: Mapping[str, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        if not self.stages or not all(self.stages):
            raise DataError("empty_panel", "Every panel needs a stage, every stage a module.")
        _check_modules([module for stage in self.stages for module in stage], self.pool)
        self._check_ways()

    @cached_property
    def module_of(self) -> Mapping[str, Module]:
        """The module of each item."""
        return {item: module for stage in self.stages for module in stage for item in module.items}

    @cached_property
    def stage_of(self) -> Mapping[str, int]:
        """The stage of each module, from 0."""
        return {module.name: place for place, stage in enumerate(self.stages) for module in stage}

    def onward(self, module: Module) -> tuple[Module, ...]:
        """Modules an examinee may be sent to after this one, easiest first."""
        stage = self.stage_of[module.name] + 1
        if stage == len(self.stages):
            return ()
        names = (self.ways or {}).get(module.name)
        return tuple(known for known in self.stages[stage] if names is None or known.name in names)

    def paths(self) -> Iterator[tuple[Module, ...]]:
        """Every sequence of modules an examinee may take, whole or begun."""
        begun: list[tuple[Module, ...]] = [(module,) for module in self.stages[0]]
        while begun:
            path = begun.pop(0)
            yield path
            begun += [(*path, module) for module in self.onward(path[-1])]

    def _check_ways(self) -> None:
        for name, onward in (self.ways or {}).items():
            stage = self.stage_of.get(name)
            following = () if stage is None else self.stages[stage + 1 : stage + 2]
            known = {module.name for modules in following for module in modules}
            if not onward or not set(onward) <= known:
                raise DataError(
                    "bad_way",
                    f"From module {name!r} the ways lead to {list(onward)}, but the next stage has "
                    f"{sorted(known)}; name at least one module of the next stage.",
                    module=name,
                    ways=list(onward),
                    known=sorted(known),
                )


@dataclass(frozen=True, eq=False)
class ModulePlan:
    """What a module should be: its constraints and its information."""

    name: str
    constraints: tuple[Constraint, ...]
    target: Target


def assemble_panel(
    pool: ItemPool,
    plans: Sequence[Sequence[ModulePlan]],
    *,
    ways: Mapping[str, tuple[str, ...]] | None = None,
    seconds: float = 60.0,
) -> Panel:
    """Assemble the modules of a panel one after the other, later ones from what is left.

    No item enters two modules, and no enemy of an item of one module enters another.

    Raises
    ------
    ModelError
        A module cannot be assembled from what is left; the error names the constraints.
    """
    taken: set[int] = set()
    stages = []
    for plan_stage in plans:
        modules = []
        for plan in plan_stage:
            left_out = ForbiddenItems(tuple(pool.labels[item] for item in sorted(taken)))
            form = _module(pool, plan, left_out, seconds)
            modules.append(Module(plan.name, form))
            for item in pool.positions(form):
                taken.add(item)
                taken.update(int(enemy) for enemy in pool.enemies_of.get(item, ()))
        stages.append(tuple(modules))
    return Panel(pool, tuple(stages), ways)


def _module(
    pool: ItemPool, plan: ModulePlan, left_out: ForbiddenItems, seconds: float
) -> tuple[str, ...]:
    try:
        found = assemble(pool, (*plan.constraints, left_out), plan.target, seconds=seconds)
    except ModelError as error:
        raise ModelError(
            error.code, f"Module {plan.name!r}: {error.message}", module=plan.name, **error.params
        ) from error
    return found.forms[0]


def _check_modules(modules: Sequence[Module], pool: ItemPool) -> None:
    names: set[str] = set()
    owner: dict[str, str] = {}
    for module in modules:
        if module.name in names or not module.items:
            raise DataError(
                "bad_module",
                f"Module {module.name!r} is given twice or has no items; correct the panel.",
                module=module.name,
            )
        names.add(module.name)
        pool.positions(module.items)
        for item in module.items:
            if item in owner:
                raise DataError(
                    "item_in_two_modules",
                    f"Item {item!r} is in module {owner[item]!r} and again in {module.name!r}; "
                    "leave it in one.",
                    item=item,
                    modules=[owner[item], module.name],
                )
            owner[item] = module.name
