"""Controls: the product without one of its protections fails the very check of `test_kills.py`."""

import re

import pytest

from tests.processes.product import EVERYTHING, Product, running
from tests.processes.torment import Blow, Torment

KILLS = [Blow(EVERYTHING, after) for after in (0.2, 0.3, 0.15, 0.25, 0.35)]


@pytest.mark.parametrize(
    ("protection", "expected"),
    [
        ("commit", "^lost: "),
        pytest.param("journal", "is torn|is mixed", marks=pytest.mark.soak),
        pytest.param("keys", "^doubled or never sent: ", marks=pytest.mark.soak),
    ],
)
def test_the_check_finds_what_a_protection_prevents(tmp_path, sqlite_url, protection, expected):
    program = ("tests.processes.unprotected", protection)
    with running(Product(tmp_path / "instance", sqlite_url, program=program)) as product:
        verdict = Torment(product, sqlite_url).run(KILLS)

    assert any(re.search(expected, fault) for fault in verdict.faults), verdict
