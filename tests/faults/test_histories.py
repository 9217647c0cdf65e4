"""The short form of the generated histories, on both databases."""

from __future__ import annotations

from faults.histories import run_histories, violations

HISTORIES = 40


def url_of(database):
    return database.engine.url.render_as_string(hide_password=False)


def test_histories_of_a_bad_line_break_no_law(database):
    done = run_histories(database, HISTORIES)
    assert violations(url_of(database), done) == []
    assert any(history.kept_late for history in done)


def test_a_forgotten_acknowledgement_is_a_violation(database):
    done = run_histories(database, 3)
    done[1].acked.popitem()
    done[2].kept_late.add(99)
    found = violations(url_of(database), done)
    assert [what.split(":")[0] for what in found] == [done[1].number, done[2].number]
