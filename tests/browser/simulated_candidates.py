"""Hundreds of candidates over HTTP, in a process of their own: `python -m tests.browser.simulated_candidates`.

The first line of standard input is the plan (JSON); then one word a line: `sign-in`, `work`,
`hand-in`. Each is answered by one line of JSON once everybody has done it. What `work` and
`hand-in` answer is what the candidates know: the last value acknowledged for each item.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from api.demo.client import Answer, CandidateClient

AT_ONCE = 8
SAVES = 4
SHORT_ANSWERS = ("316", "4", "0,28", "90,5", "24", "92", "3,5", "-1")


class Simulated:
    """One candidate who answers most items, some of them twice."""

    def __init__(self, address: str, number: str, code: str, line: httpx.BaseTransport) -> None:
        self.number, self.code = number, code
        self.client = CandidateClient(address, transport=line)
        self.rng = random.Random(number)
        self.acked: dict[str, Any] = {}
        self.receipt = ""

    def sign_in(self) -> None:
        self.client.sign_in(self.number, self.code)

    def work(self) -> None:
        paper = self.client.start()
        given = list(self._answers(paper))
        for start in range(0, len(given), -(-len(given) // SAVES)):
            self._save(given[start : start + -(-len(given) // SAVES)])
        self._save([self._other(answer, paper) for answer in self.rng.sample(given, 3)])

    def hand_in(self) -> None:
        self.receipt = self.client.submit()["code"]

    def _answers(self, paper: dict[str, Any]) -> Iterator[Answer]:
        for item in _items(paper):
            if self.rng.random() < 0.9:
                yield Answer(item["ref"], some_value(item, self.rng))

    def _other(self, answer: Answer, paper: dict[str, Any]) -> Answer:
        (item,) = (item for item in _items(paper) if item["ref"] == answer.item)
        return Answer(answer.item, some_value(item, self.rng))

    def _save(self, answers: list[Answer]) -> None:
        acked = self.client.save(answers)
        assert len(acked) == len(answers), (self.number, acked)
        self.acked |= {answer.item: answer.value for answer in answers}


def _items(paper: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in paper["parts"]:
        yield from part["items"]


def some_value(item: dict[str, Any], rng: random.Random) -> Any:
    if item["kind"] == "choice":
        return rng.choice([option["id"] for option in item["options"]])
    if item["kind"] == "tf_cluster":
        return {statement["id"]: rng.random() < 0.5 for statement in item["statements"]}
    return rng.choice(SHORT_ANSWERS)


def main() -> None:
    plan = json.loads(sys.stdin.readline())
    with httpx.HTTPTransport(limits=httpx.Limits(max_connections=AT_ONCE), retries=3) as line:
        people = [
            Simulated(plan["address"], number, code, line) for number, code in plan["candidates"]
        ]
        staying = set(plan["never_hand_in"])
        for word in sys.stdin:
            _everybody(people, staying, word.strip())
            print(json.dumps(_told(people)), flush=True)


def _everybody(people: list[Simulated], staying: set[str], word: str) -> None:
    do: dict[str, Callable[[Simulated], None]] = {
        "sign-in": Simulated.sign_in,
        "work": Simulated.work,
        "hand-in": Simulated.hand_in,
    }
    asked = [one for one in people if word != "hand-in" or one.number not in staying]
    with ThreadPoolExecutor(AT_ONCE) as seats:
        list(seats.map(do[word], asked))


def _told(people: list[Simulated]) -> dict[str, dict[str, Any]]:
    return {one.number: {"acked": one.acked, "receipt": one.receipt} for one in people}


if __name__ == "__main__":
    main()
