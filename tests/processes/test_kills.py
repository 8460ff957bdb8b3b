"""Real processes, real SIGKILL at random moments while notices are published and pages read.

Every acknowledged notice is on every page and in the database exactly once, no page is ever torn or mixed.
`docs/reliability.md` tells what is checked and what came out.
"""

from pathlib import Path

import pytest

from tests.processes.product import APART, EVERYTHING, TOGETHER, WEB, WORKER, Product, running
from tests.processes.torment import Blow, Torment, blows

SOAK_SEEDS = (11, 12, 13, 14)
KILLS_PER_SEED = 50
# The last blow falls while nobody repeats a request: the worker alone has to bring the page up to date.
LAST = Blow(WEB, 0.1)


def torment(database_url: str, folder: Path, commands: tuple[str, ...], plan: list[Blow]) -> None:
    with running(Product(folder / "instance", database_url, commands)) as product:
        verdict = Torment(product, database_url).run(plan)
    assert verdict.faults == []
    assert verdict.kills == len(plan)
    assert verdict.notices > len(plan)
    assert verdict.pages_read > 10 * len(plan)


def test_kills_of_web_and_worker_take_no_acknowledged_notice_and_tear_no_page(database_url, tmp_path):
    torment(database_url, tmp_path, APART, [*blows(3, 4), LAST])


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
def test_two_hundred_kills_take_no_acknowledged_notice_and_tear_no_page(database_url, tmp_path, seed):
    torment(database_url, tmp_path, APART, [*blows(seed, KILLS_PER_SEED - 1), LAST])


@pytest.mark.soak
def test_kills_under_the_supervisor_take_no_acknowledged_notice_and_tear_no_page(database_url, tmp_path):
    victims = (EVERYTHING, EVERYTHING, WEB, WORKER)

    torment(database_url, tmp_path, TOGETHER, [*blows(21, 19, victims), Blow(EVERYTHING, 0.1)])
