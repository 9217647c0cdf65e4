"""Plain saves on PostgreSQL over a line of our own: two exchanges a batch, and nobody waits in a thread.

The connection stands in libpq's pipeline mode (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html):
what reads goes out together with BEGIN, what writes together with COMMIT. The row locks are those of
`save_store_postgresql.py`: what binds a save is read and held in the transaction that stores it.
Whatever is not plainly new and allowed is refused here, untouched, for the ordinary way to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

from .save_columns_postgresql import BINARY, columns, moment, uuids
from .save_store_postgresql import APPEND, PLAN_ONCE, STANDING
from .saves import LookCloser, Save, Standing
from .saving import Plain, plain

PREPARED = (
    PLAN_ONCE,
    f"PREPARE standing (text[]) AS {STANDING.replace('%s', '$1')}",
    f"PREPARE append AS {APPEND}",
    "PREPARE seen (timestamptz, uuid[]) AS UPDATE attempt SET last_seen_at = $1 WHERE id = ANY($2)",
)
WELL = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}


class SaveLine:
    """One connection, used by one writer of an event loop."""

    def __init__(self, driver: psycopg.AsyncConnection) -> None:
        self._driver = driver
        self._line = driver.pgconn
        self._socket = self._line.socket  # libpq forgets it when the connection is lost
        self._loop = asyncio.get_running_loop()
        self._listens = False
        self._results: list[Any] = []
        self._told: asyncio.Future[list[Any]] | None = None

    async def prepare(self) -> SaveLine:
        """For a connection that does nothing else from now on."""
        for statement in PREPARED:
            await self._driver.execute(statement)
        await self._driver.commit()
        self._line.nonblocking = 1
        self._line.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._readable)
        self._listens = True
        return self

    def close(self) -> None:
        self._stop_listening()
        self._line.finish()

    def _stop_listening(self) -> None:
        """At once when the connection is lost: its number may be another's the next moment."""
        if self._listens:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._listens = False

    async def save(self, saves: Sequence[Save]) -> list[Standing]:
        """Append what the devices sent, committed on return. Raises LookCloser: nothing was written."""
        if not self._listens:
            raise psycopg.OperationalError("the connection is lost")
        try:
            found = plain(saves, await self._standings(saves))
            await self._write(found)
        except LookCloser:
            self._send(b"ROLLBACK")
            await self._answers()
            raise
        return found.standings

    async def _standings(self, saves: Sequence[Save]) -> dict[str, Standing]:
        tokens = {save.token_hash for save in saves}  # hexadecimal digits
        self._send(b"BEGIN")
        self._line.send_query_prepared(
            b"standing", [b"{%b}" % ",".join(tokens).encode()], result_format=1
        )
        results = await self._answers()
        _check(results)
        reader = Transformer(self._driver)
        reader.set_pgresult(results[1])
        rows = reader.load_rows(0, results[1].ntuples, tuple)
        if len(rows) < len(tokens):
            raise LookCloser  # a stranger, or somebody who has not started
        return {row[0]: Standing(*row[1:]) for row in rows}

    async def _write(self, found: Plain) -> None:
        if found.rows:
            self._line.send_query_prepared(b"append", columns(found.rows), BINARY)
        if found.seen:
            seen = [moment(found.now), uuids(sorted(found.seen))]
            self._line.send_query_prepared(b"seen", seen, [1, 1])
        self._send(b"COMMIT")
        results = await self._answers()
        _check(results)
        if results[-1].command_status != b"COMMIT":
            raise LookCloser

    def _send(self, statement: bytes) -> None:
        self._line.send_query_params(statement, None)

    async def _answers(self) -> list[Any]:
        """What the database says to everything sent since the last time."""
        self._results = []
        self._told = self._loop.create_future()
        self._line.pipeline_sync()
        self._flush()
        return await self._told

    def _flush(self) -> None:
        if self._line.flush():
            self._loop.add_writer(self._socket, self._writable)
        else:
            self._loop.remove_writer(self._socket)

    def _writable(self) -> None:
        try:
            self._flush()
        except psycopg.Error as error:
            self._lost(error)

    def _readable(self) -> None:
        try:
            self._line.consume_input()
            self._take_answers()
        except psycopg.Error as error:
            self._lost(error)

    def _take_answers(self) -> None:
        told = self._told
        while told is not None and not told.done() and not self._line.is_busy():
            result = self._line.get_result()
            if result is None:
                continue  # between the answers to two statements
            if result.status == ExecStatus.PIPELINE_SYNC:
                told.set_result(self._results)
            else:
                self._results.append(result)

    def _lost(self, error: psycopg.Error) -> None:
        self._stop_listening()
        if self._told is not None and not self._told.done():
            self._told.set_exception(error)


def _check(results: Sequence[Any]) -> None:
    if any(result.status not in WELL for result in results):
        raise LookCloser
