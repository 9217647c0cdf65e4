"""What a made bank has behind its items: appraisal, examinations, calibrations. Pure rows.

A chunk of items makes its own forms: one a subject and use, so that an item used twice stands in
two forms. Items used once or more are calibrated by the run of the first form they stood in.
"""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from .generator import IN_USE, NOW, Made

Rows = dict[str, list[dict[str, Any]]]
WEIGHTS = {2: ["0", "0.25"], 5: ["0", "0.1", "0.25", "0.5", "1"]}


def evidence(chunk: Sequence[Made], officer: uuid.UUID, rng: random.Random) -> Rows:
    """Rows of every table but the items' own, by table."""
    rows: Rows = defaultdict(list)
    for one in chunk:
        _appraisal(rows, one, officer, rng)
    for (subject, use), items in _by_form(chunk).items():
        form = _form(subject, officer, rng)
        rows["test_form"].append(form)
        rows["form_item"] += [_placed(form, n, one, rng) for n, one in enumerate(items, 1)]
        if use == 1:
            _calibration(rows, form, items, officer, rng)
    return rows


def new_id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _by_form(chunk: Sequence[Made]) -> dict[tuple[str, int], list[Made]]:
    found: dict[tuple[str, int], list[Made]] = defaultdict(list)
    for one in chunk:
        for use in range(1, one.item["exposure"] + 1):
            found[one.item["subject"], use].append(one)
    return found


def _appraisal(rows: Rows, one: Made, officer: uuid.UUID, rng: random.Random) -> None:
    item, newest = one.item, one.versions[-1]
    kinds = ["submitted", *(["approved"] if item["state"] in IN_USE else [])]
    for days, kind in enumerate(kinds):
        rows["item_version_event"].append({
            "id": new_id(rng), "version_hash": newest["hash"], "kind": kind, "actor_id": officer,
            "at": newest["created_at"] + timedelta(days=days), "note": "",
        })  # fmt: skip
    if item["state"] == "in_review":
        rows["review_round"].append({
            "id": new_id(rng), "version_hash": newest["hash"], "item_id": item["id"],
            "route_id": None, "stage": 1, "same_school_ok": False,
            "opened_at": newest["created_at"], "closed_at": None, "outcome": None,
        })  # fmt: skip


def _form(subject: str, officer: uuid.UUID, rng: random.Random) -> dict[str, Any]:
    id_, at = new_id(rng), NOW - timedelta(days=rng.randrange(30, 1_000))
    return {
        "id": id_, "code": f"DE-{id_.hex[:12]}", "title": "Đề kiểm tra", "subject": subject,
        "structure": {}, "state": "frozen", "seed": None, "created_by": officer,
        "created_at": at, "frozen_at": at, "hash": id_.hex * 2,
    }  # fmt: skip


def _placed(form: dict[str, Any], number: int, one: Made, rng: random.Random) -> dict[str, Any]:
    return {
        "id": new_id(rng), "form_id": form["id"], "position": number, "part": "I",
        "number": number, "item_id": one.item["id"], "version_hash": one.versions[-1]["hash"],
        "weights": WEIGHTS[one.item["n_categories"]], "label": f"Câu {number}",
    }  # fmt: skip


def _calibration(
    rows: Rows, form: dict[str, Any], items: Sequence[Made], officer: uuid.UUID, rng: random.Random
) -> None:
    run, at = new_id(rng), form["frozen_at"] + timedelta(days=9)
    rows["calibration_run"].append({
        "id": run, "form_id": form["id"], "title": "Hiệu chuẩn", "model": "2pl", "options": {},
        "data_hash": run.hex * 2, "software": "benchmark", "converged": True,
        "log_likelihood": -1e4, "cycles": 40, "gradient_norm": None, "n_persons": 2_000,
        "n_items": len(items), "population": {}, "trace": [], "summary": {},
        "created_by": officer, "created_at": at,
    })  # fmt: skip
    rows["run_declaration"].append({
        "id": new_id(rng), "form_id": form["id"], "number": 1, "run_id": run, "scale": "de",
        "supersedes": None, "reason": "", "declared_by": officer, "at": at,
    })  # fmt: skip
    rows["item_parameters"] += [_parameters(run, n, one) for n, one in enumerate(items, 1)]


def _parameters(run: uuid.UUID, number: int, one: Made) -> dict[str, Any]:
    a, b = one.item["discrimination"], one.item["difficulty"]
    return {
        "run_id": run, "item_id": one.item["id"], "version_hash": one.versions[-1]["hash"],
        "position": number, "label": f"Câu {number}", "model": "2pl",
        "estimates": {"a": a, "b": b}, "standard_errors": {"a": 0.08, "b": 0.06},
        "statistics": {"n": 2_000, "p": 0.5, "difficulty": b}, "curve": {},
        "flags": ["fit"] if one.item["flagged"] else [],
    }  # fmt: skip


def requirements(officer: uuid.UUID, topics: Iterator[Any], rng: random.Random) -> Rows:
    """What every cell is to hold this school year, a subject and grade a row."""
    cells: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for topic in topics:
        for kind in ("choice", "tf_cluster", "short"):
            for level in ("biet", "hieu", "van_dung"):
                cell = {"topic": topic.code, "kind": kind, "level": level}
                key = topic.code.partition(".")[0], topic.grade
                cells[key].append({**cell, "count": rng.randrange(5, 200)})
    rows = [
        {"id": new_id(rng), "subject": subject, "grade": grade, "school_year": 2026, "number": 1,
         "cells": wanted, "reason": "Kế hoạch", "set_by": officer, "set_at": NOW}
        for (subject, grade), wanted in cells.items()
    ]  # fmt: skip
    return {"stock_requirement": rows}
