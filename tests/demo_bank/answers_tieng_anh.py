"""Tiếng Anh (second file): nothing to compute, every item was read a second time."""

from tests.demo_bank.answers import Answers

ANSWERS = Answers("tieng-anh-bo-sung.yaml")
