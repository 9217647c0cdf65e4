"""What the databases themselves are told: a table of facts refuses UPDATE and DELETE."""

from __future__ import annotations


def append_only(table: str, dialect: str) -> list[str]:
    """The statements that make `table` append-only on `dialect` (`sqlite`, `postgresql`).

    A trigger goes with its table. On PostgreSQL the function stands since revision 0002.
    """
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
