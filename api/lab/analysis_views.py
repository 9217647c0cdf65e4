"""Pages of stored analyses: fit, unusual responses, links, a second program. One dataclass each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository, states
from itembank.calibrations.models import CalibrationRun, RunAnalysis
from itembank.errors import msg
from itembank.permissions import Actor

from ..charts.heatmap import HeatData, heatmap
from ..charts.residuals import FitHistogram, fit_histogram
from ..charts.scatter import Dot, ScatterData, scatter
from ..i18n import Words
from ..jobs.analyse import KIND as ANALYSE
from ..jobs.anchoring import common_items
from ..jobs.calibration_plan import second_model
from ..jobs.estimates import Place
from ..jobs.models import Job
from ..jobs.queue import under_way
from .run_page import RunHead, run_head
from .tables import Table

SMALL_P = 0.01


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of an analysis has: the run, the newest result, work under way."""

    head: RunHead
    kind: str
    analysis: RunAnalysis | None
    running: Job | None

    @property
    def result(self) -> Mapping[str, Any]:
        return self.analysis.result if self.analysis else {}


def frame_of(db: Session, actor: Actor, run_id: uuid.UUID, kind: str) -> Frame:
    head = run_head(db, actor, run_id)
    newest = repository.newest_analysis(db, run_id, kind)
    return Frame(head, kind, newest, _running(db, run_id, kind))


def _running(db: Session, run_id: uuid.UUID, kind: str) -> Job | None:
    for job in under_way(db, (ANALYSE,)):
        if job.inputs["run_id"] == str(run_id) and job.inputs["kind"] == kind:
            return job
    return None


# --- fit ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FitPage:
    frame: Frame
    items: Sequence[Mapping[str, Any]]
    small_p: float
    n_small: int
    map: Markup | None
    pairs: Sequence[Mapping[str, Any]]


def fit_page(db: Session, actor: Actor, run_id: uuid.UUID, t: Words) -> FitPage:
    frame = frame_of(db, actor, run_id, states.FIT)
    items = frame.result.get("items", ())
    pairs = frame.result.get("q3")
    return FitPage(
        frame=frame,
        items=items,
        small_p=SMALL_P,
        n_small=sum(1 for i in items if i["p"] is not None and i["p"] < SMALL_P),
        map=_map(pairs, t) if pairs else None,
        pairs=pairs["flagged"] if pairs else (),
    )


def _map(pairs: Mapping[str, Any], t: Words) -> Markup:
    flagged = frozenset((p["first"], p["second"]) for p in pairs["flagged"])
    return heatmap(HeatData(pairs["items"], pairs["adjusted"], flagged), t)


FIT_HEAD = (
    "item", "n", "s_x2", "df", "p", "rmsea", "infit", "infit_t", "outfit", "outfit_t", "rmsd", "md",
)  # fmt: skip


def fit_table(page: FitPage) -> Table:
    rows = [[item[name] for name in FIT_HEAD] for item in page.items]
    return Table(f"do-khop-{page.frame.head.form.code}", FIT_HEAD, rows)


def q3_table(page: FitPage) -> Table:
    """Every pair once."""
    found = page.frame.result.get("q3") or {"items": [], "adjusted": []}
    labels = found["items"]
    rows = [
        (labels[i], labels[j], found["adjusted"][i][j])
        for i in range(len(labels))
        for j in range(i)
    ]
    return Table(f"q3-{page.frame.head.form.code}", ("first", "second", "adjusted_q3"), rows)


# --- persons ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonsPage:
    frame: Frame
    persons: Sequence[Mapping[str, Any]]
    histogram: Markup | None
    bins: Sequence[tuple[float, float, int]]
    cuts: Sequence[str]


CUTS = ("-1.96", "-2.58", "-3.29")


def persons_page(db: Session, actor: Actor, run_id: uuid.UUID, t: Words) -> PersonsPage:
    frame = frame_of(db, actor, run_id, states.PERSONS)
    stored = frame.result.get("histogram")
    return PersonsPage(
        frame=frame,
        persons=frame.result.get("persons", ()),
        histogram=_histogram(frame.result, t) if stored else None,
        bins=_bins(stored) if stored else (),
        cuts=CUTS,
    )


def _histogram(result: Mapping[str, Any], t: Words) -> Markup:
    stored = result["histogram"]
    data = FitHistogram(stored["low"], stored["width"], stored["counts"], result["cut"])
    return fit_histogram(data, t)


def _bins(stored: Mapping[str, Any]) -> list[tuple[float, float, int]]:
    low, width = stored["low"], stored["width"]
    return [
        (low + i * width, low + (i + 1) * width, n) for i, n in enumerate(stored["counts"]) if n
    ]


def persons_table(page: PersonsPage) -> Table:
    names = ("person", "lz_star", "theta", "n_items", "score", "infit", "outfit")
    rows = [
        [*(p[name] for name in names), " ".join(p["above"]), " ".join(p["below"])]
        for p in page.persons
    ]
    head = (*names, "better_than_expected", "worse_than_expected")
    return Table(f"bat-thuong-{page.frame.head.form.code}", head, rows)


# --- links --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BaseChoice:
    head: RunHead
    n_common: int


@dataclass(frozen=True, slots=True)
class LinkPage:
    frame: Frame
    bases: Sequence[BaseChoice]
    base: RunHead | None
    methods: Mapping[str, str]
    anchors: Sequence[Mapping[str, Any]]
    kept: Sequence[str]
    picture: Markup | None

    @property
    def measures(self) -> Mapping[str, str]:
        return MEASURES


METHODS: Mapping[str, str] = {
    "haebara": "Haebara",
    "stocking-lord": "Stocking–Lord",
    "mean-sigma": "Mean–sigma",
    "mean-mean": "Mean–mean",
}
FEWEST_ANCHORS = 3
MEASURES: Mapping[str, str] = {
    "displacement": "độ dịch",
    "robust_z": "z bền vững",
    "robust_z_slope": "z của độ phân biệt",
    "perpendicular": "khoảng cách vuông góc",
    "curve_distance": "khác biệt đường cong",
}


def link_page(db: Session, actor: Actor, run_id: uuid.UUID, t: Words) -> LinkPage:
    frame = frame_of(db, actor, run_id, states.LINK)
    result = frame.result
    base = run_head(db, actor, uuid.UUID(result["base_run"])) if result else None
    return LinkPage(
        frame=frame,
        bases=_bases(db, actor, frame.head.run),
        base=base,
        methods=METHODS,
        anchors=result.get("anchors", ()),
        kept=result["link"]["anchors"] if result else (),
        picture=_link_picture(result, t) if result else None,
    )


def _bases(db: Session, actor: Actor, run: CalibrationRun) -> list[BaseChoice]:
    """Operational runs of this subject that have enough items in common with the run."""
    subject = run_head(db, actor, run.id).form.subject
    places = [
        Place(row.item_id, row.version_hash, row.position, row.label)
        for row in repository.items_of_run(db, run.id)
    ]
    found = []
    for _, base, form in repository.declarations_in_force(db):
        if form.subject == subject and base.id != run.id:
            n = len(common_items(db, places, base))
            if n >= FEWEST_ANCHORS:
                found.append(BaseChoice(run_head(db, actor, base.id), n))
    return found


def _link_picture(result: Mapping[str, Any], t: Words) -> Markup:
    dots = [
        Dot(a["item"], a["new_difficulty"], a["base_difficulty"], a["removed"] is not None)
        for a in result["anchors"]
        if a["new_difficulty"] is not None and a["base_difficulty"] is not None
    ]
    data = ScatterData(
        dots=dots,
        title=msg("Câu neo ở hai thang"),
        x_title=msg("b ở lần này"),
        y_title=msg("b ở kết quả chính thức"),
        line=(result["link"]["A"], result["link"]["B"]),
    )
    return scatter(data, t, "cau-neo")


LINK_HEAD = (
    "item", "new_difficulty", "base_difficulty", "displacement", "robust_z", "perpendicular",
    "curve_distance",
)  # fmt: skip


def link_table(page: LinkPage) -> Table:
    rows = [
        [*(a[name] for name in LINK_HEAD), a["removed"]["round"] if a["removed"] else None]
        for a in page.anchors
    ]
    head = (*LINK_HEAD, "removed_in_round")
    return Table(f"lien-ket-{page.frame.head.form.code}", head, rows)


# --- a second program ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpinionPage:
    frame: Frame
    items: Sequence[Mapping[str, Any]]
    picture: Markup | None
    can_ask: bool


def opinion_page(db: Session, actor: Actor, run_id: uuid.UUID, t: Words) -> OpinionPage:
    frame = frame_of(db, actor, run_id, states.SECOND_OPINION)
    items = frame.result.get("items", ())
    return OpinionPage(
        frame=frame,
        items=items,
        picture=_opinion_picture(frame.result, t) if items else None,
        can_ask=second_model(frame.head.run.options) is not None,
    )


def _opinion_picture(result: Mapping[str, Any], t: Words) -> Markup:
    tolerance = result["tolerance"]
    dots = [
        Dot(i["item"], first, second, abs(first - second) > tolerance)
        for i in result["items"]
        for first, second in zip(*i["b"], strict=True)
    ]
    first, second = result["programs"]
    data = ScatterData(
        dots=dots,
        title=msg("Độ khó theo hai chương trình"),
        x_title=msg("b, {program}", program=first),
        y_title=msg("b, {program}", program=second),
    )
    return scatter(data, t, "doi-chieu-hinh")


def opinion_table(page: OpinionPage) -> Table:
    """One row a difficulty or threshold."""
    rows = [
        (item["item"], k, *item["a"], first, second)
        for item in page.items
        for k, (first, second) in enumerate(zip(*item["b"], strict=True), start=1)
    ]
    head = ("item", "threshold", "a_first", "a_second", "b_first", "b_second")
    return Table(f"doi-chieu-{page.frame.head.form.code}", head, rows)
