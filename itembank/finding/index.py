"""The index of words: one row an item, kept by the verbs in the transaction of the change.

SQLite keeps it in an FTS5 table, PostgreSQL in tsvectors with GIN; both hold our own tokens and
neither is asked what a word is. `place` of the item joins them: a number drawn at random, so that
any range of places is a fair sample of the bank. What an item is filed under stands beside its
words (`filed`), so that a common word within one subject is found without reading the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, text
from sqlalchemy.orm import Session

from ..items.models import Item
from .asked import Term
from .tokens import folded, tokens, word_tokens

TABLE = "item_words"
_GAP = "z" * 41  # longer than any token: a phrase does not reach from the code into the text
SAMPLE = 16  # one item in so many stands for the rest where many are counted
SAMPLED_BELOW = 2**62 // SAMPLE
FILED = ("subject", "grade", "kind", "topic", "level")  # changed only together with the words
_IN_SAMPLE = "sample"
MOST_OF_ONE = 255  # places of one token that PostgreSQL remembers


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens an item is found by: of its code, and of all it says after its code."""

    place: int
    code: tuple[str, ...]
    marked: tuple[str, ...]
    filed: tuple[str, ...] = ()

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(folded(token) for token in self.marked)


def words_of(item: Item, said: str) -> Words:
    code = tuple(word_tokens(item.code))
    marked = _bounded((*code, _GAP, *tokens(said)))
    return Words(item.place, tuple(folded(c) for c in code), marked, _filed(item))


def _filed(item: Item) -> tuple[str, ...]:
    values = {name: getattr(item, name) for name in FILED}
    found = [filed_as(name, str(value)) for name, value in values.items() if value]
    return (*found, *([_IN_SAMPLE] if item.place < SAMPLED_BELOW else []))


def filed_as(name: str, value: str) -> str:
    """`("topic", "toan.10.menh-de")` -> `topictoan10menhde`, one token everywhere."""
    return name + "".join(ch for ch in value.lower() if ch.isalnum() and ch.isascii())


def _bounded(found: Sequence[str]) -> tuple[str, ...]:
    """A token said again and again is remembered its first times, its place kept."""
    seen: dict[str, int] = {}
    kept = []
    for token in found:
        plain = folded(token)
        seen[plain] = seen.get(plain, 0) + 1
        kept.append(token if seen[plain] <= MOST_OF_ONE else _GAP)
    return tuple(kept)


def put(db: Session, words: Words) -> None:
    """The item is found by these words from now on, and by no others."""
    put_all(db.connection(), [words])


def put_all(connection: Connection, many: Iterable[Words]) -> None:
    rows = [stored(words, connection.dialect.name) for words in many]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(_PUT_POSTGRESQL), rows)
        return
    connection.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :rowid"), rows)
    connection.execute(text(_PUT_SQLITE), rows)


_PUT_SQLITE = (
    f"INSERT INTO {TABLE} (rowid, code, marked, folded, filed) "
    "VALUES (:rowid, :code, :marked, :folded, :filed)"
)
_PUT_POSTGRESQL = (
    f"INSERT INTO {TABLE} (place, code, marked, folded, filed) VALUES (:place, CAST(:code AS tsvector), "
    "CAST(:marked AS tsvector), CAST(:folded AS tsvector), CAST(:filed AS tsvector)) "
    "ON CONFLICT (place) DO UPDATE SET code = excluded.code, marked = excluded.marked, "
    "folded = excluded.folded, filed = excluded.filed"
)


def stored(words: Words, dialect: str) -> dict[str, Any]:
    """The row of an item as the database keeps it."""
    written = vector if dialect == "postgresql" else " ".join
    return {
        _key(dialect): words.place,
        "code": written(words.code),
        "marked": written(words.marked),
        "folded": written(words.folded),
        "filed": written(words.filed),
    }


def _key(dialect: str) -> str:
    """The column of the words' table that holds the item's place."""
    return "place" if dialect == "postgresql" else "rowid"


def vector(found: Sequence[str]) -> str:
    """Tokens with their places as PostgreSQL writes a tsvector."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(found, start=1):
        if token != _GAP:
            places.setdefault(token, []).append(str(place))
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())


def says(
    dialect: str,
    column: str,
    asked: Sequence[Term],
    *,
    filed: Sequence[Sequence[str]] = (),
    sampled: bool = False,
    one_by_one: bool = False,
) -> ColumnElement[bool]:
    """Condition on items: `column` (code, marked, folded) of the index meets every term.

    `filed` narrows it down to items under any token of each group, `sampled` to the sample.
    `one_by_one` asks the index about each item in turn: right where most items meet the terms
    and only the first few are wanted.
    """
    name, key = f"said_{column}", _key(dialect)
    groups = [*filed, *([[_IN_SAMPLE]] if sampled else [])]
    values = _fts5_match(name, column, asked, groups)
    met = f"{TABLE} MATCH :{name}"
    if dialect == "postgresql":
        met, values = _tsvector_match(name, column, asked, groups)
    inner = f"SELECT {key} FROM {TABLE} WHERE {met}"
    where = f"item.place IN ({inner})"
    if one_by_one:
        where = f"EXISTS ({inner} AND {TABLE}.{key} = item.place)"
    bound: list[Any] = [bindparam(said, value) for said, value in values.items()]
    condition: Any = text(where).bindparams(*bound)
    return condition  # type: ignore[no-any-return]


def _tsvector_match(
    name: str, column: str, asked: Sequence[Term], groups: Sequence[Sequence[str]]
) -> tuple[str, dict[str, str]]:
    met = f"{column} @@ CAST(:{name} AS tsquery)"
    values = {name: " & ".join(_tsquery(term) for term in asked)}
    if groups:
        met += f" AND filed @@ CAST(:{name}_filed AS tsquery)"
        values[f"{name}_filed"] = " & ".join(f"({' | '.join(group)})" for group in groups)
    return met, values


def _fts5_match(
    name: str, column: str, asked: Sequence[Term], groups: Sequence[Sequence[str]]
) -> dict[str, str]:
    parts = [f"{column} : ({' AND '.join(_fts5(term) for term in asked)})"]
    parts += [f"filed : ({' OR '.join(group)})" for group in groups]
    return {name: " AND ".join(parts)}


def any_code_says(db: Session, asked: Sequence[Term]) -> bool:
    """Whether the code of any item meets every term."""
    dialect = db.get_bind().dialect.name
    if dialect == "postgresql":
        met, values = _tsvector_match("said", "code", asked, [])
    else:
        met, values = f"{TABLE} MATCH :said", _fts5_match("said", "code", asked, [])
    # materialized: planned as if all were wanted, which is by the index, not row by row
    found = f"WITH met AS MATERIALIZED (SELECT {_key(dialect)} FROM {TABLE} WHERE {met})"
    return bool(db.scalar(text(f"{found} SELECT EXISTS (SELECT 1 FROM met)"), values))


def places_saying(db: Session, token: str, most: int) -> Sequence[int]:
    """Places of at most so many items that say this (folded) token."""
    if db.get_bind().dialect.name == "postgresql":
        query = f"SELECT place FROM {TABLE} WHERE folded @@ CAST(:asked AS tsquery) LIMIT :most"
        return db.scalars(text(query), {"asked": f"'{token}'", "most": most}).all()
    query = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :asked LIMIT :most"
    return db.scalars(text(query), {"asked": f'folded : "{token}"', "most": most}).all()


def _tsquery(term: Term) -> str:
    *before, last = [f"'{token}'" for token in term.tokens]
    return f"({' <-> '.join([*before, last + (':*' if term.begins else '')])})"


def _fts5(term: Term) -> str:
    quoted = " + ".join(f'"{token}"' for token in term.tokens)
    return quoted + ("*" if term.begins else "")


def create(connection: Connection) -> None:
    """The table of words; called by the migration alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE TABLE {TABLE} (place BIGINT PRIMARY KEY, code tsvector NOT NULL, "
            "marked tsvector NOT NULL, folded tsvector NOT NULL, filed tsvector NOT NULL)"
        )
        for statement in indexes("postgresql"):
            connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(code, marked, folded, filed, "
        "tokenize = 'unicode61 remove_diacritics 0')"
    )


def indexes(dialect: str) -> list[str]:
    """What makes the words quick to find, where the table does not do it by itself."""
    if dialect != "postgresql":
        return []
    return [
        f"CREATE INDEX ix_{TABLE}_{column} ON {TABLE} USING gin ({column}, filed)"
        for column in ("code", "marked", "folded")
    ]


def without_indexes(dialect: str) -> list[str]:
    names = ("code", "marked", "folded") if dialect == "postgresql" else ()
    return [f"DROP INDEX ix_{TABLE}_{name}" for name in names]
