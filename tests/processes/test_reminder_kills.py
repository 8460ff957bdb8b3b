"""Real workers, real SIGKILL at random moments, and a real mail server: no reminder is lost.

A message may come once more for a kill between sending and noting it, under the same Message-ID.
"""

import logging
from pathlib import Path

import pytest

from statuspage.store.sessions import session_factory
from tests.processes.alarm import Alarm, Verdict
from tests.processes.postbox import Postbox, serving
from tests.processes.product import WORKER, Product, running

SOAK_SEEDS = (31, 32, 33, 34)
KILLS_PER_SEED = 50

log = logging.getLogger(__name__)


def alarm(database_url: str, folder: Path, seed: int, kills: int) -> Verdict:
    def worker(name: str) -> Product:
        environment = {"STATUSPAGE_SMTP_URL": postbox.url}
        program = ("tests.processes.hasty",)
        return Product(folder / name, database_url, (WORKER,), program, environment)

    sessions = session_factory(database_url)
    postbox = Postbox(delay_seconds=0.02)
    with serving(postbox), running(worker("one")) as one, running(worker("two")) as two:
        verdict = Alarm(sessions, postbox, (one, two)).run(seed, kills)
    sessions.kw["bind"].dispose()
    log.info("%s", verdict)
    return verdict


def require(verdict: Verdict, kills: int) -> None:
    assert verdict.faults == []
    assert verdict.kills == kills
    assert verdict.reminders > kills  # a busy machine declares fewer incidents in the same time


def test_kills_of_two_workers_lose_no_reminder(database_url, tmp_path):
    require(alarm(database_url, tmp_path, 35, 2), 2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
def test_two_hundred_kills_of_two_workers_lose_no_reminder(database_url, tmp_path, seed):
    require(alarm(database_url, tmp_path, seed, KILLS_PER_SEED), KILLS_PER_SEED)
