"""What the worker does, again and again."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.services.pages import DEFAULT_NAME
from statuspage.services.publications import note_everything_changed
from statuspage.settings import Settings
from statuspage.site.backlog import everything_asked_for
from statuspage.store.records import IdempotencyKey, last_heartbeat
from statuspage.store.sign_ins import Throttle
from statuspage.worker.jobs import (
    Refresher,
    catch_up_site,
    fixed_jobs,
    forget_keys,
    forget_traces,
    heartbeat,
    rebuild_site,
)
from statuspage.worker.scheduler import run_once
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.factories import make_token
from tests.fakes import NOON, FakeClock


@pytest.fixture
def tools(settings: Settings, clock: FakeClock):
    tools = make_tools(settings, clock)
    yield tools
    tools.sessions.kw["bind"].dispose()


def published_name(settings: Settings) -> str:
    document = json.loads((settings.site_dir / "api/v2/status.json").read_bytes())
    name: str = document["page"]["name"]
    return name


def rename(act: Act, name: str) -> None:
    with act() as ctx:
        ctx.page.name = name
        note_everything_changed(ctx, "test")


def test_the_heartbeat_tells_when_the_worker_was_last_alive(tools: Tools, session: Session, clock: FakeClock):
    heartbeat(tools)
    clock.advance(seconds=10)
    heartbeat(tools)

    assert last_heartbeat(session, "worker") == NOON + timedelta(seconds=10)


def test_a_site_that_was_never_built_is_built(tools: Tools, settings: Settings):
    catch_up_site(tools)

    assert published_name(settings) == DEFAULT_NAME
    assert tools.adapters.site.number == 0


def test_an_act_whose_build_was_lost_is_built_by_the_worker(tools: Tools, act: Act, settings: Settings):
    catch_up_site(tools)
    rename(act, "Renamed")

    catch_up_site(tools)

    assert published_name(settings) == "Renamed"
    assert tools.adapters.site.number == 1


def test_a_site_that_is_up_to_date_is_left_alone(tools: Tools, settings: Settings):
    catch_up_site(tools)
    before = _bytes_and_dates(settings.site_dir)

    catch_up_site(tools)

    assert _bytes_and_dates(settings.site_dir) == before


def test_a_rebuild_that_was_asked_for_happens_once(tools: Tools, act: Act, settings: Settings):
    rename(act, "Renamed")
    catch_up_site(tools)
    assert everything_asked_for(settings.site_dir) is not None

    rebuild_site(tools)

    assert everything_asked_for(settings.site_dir) is None


def test_refreshing_leaves_a_page_without_news_as_it_is(tools: Tools, settings: Settings, clock: FakeClock):
    catch_up_site(tools)
    refresher = Refresher(tools)
    refresher.run()
    before = _bytes_and_dates(settings.site_dir)

    clock.advance(seconds=5)
    refresher.run()

    assert _bytes_and_dates(settings.site_dir) == before


def test_the_day_turning_over_changes_the_page(tools: Tools, settings: Settings, clock: FakeClock):
    catch_up_site(tools)
    refresher = Refresher(tools)
    refresher.run()
    before = (settings.site_dir / "index.html").read_bytes()

    clock.advance(hours=13)
    refresher.run()

    assert (settings.site_dir / "index.html").read_bytes() != before


@pytest.mark.parametrize(("hours", "remembered"), [(24, 1), (24.01, 0)])
def test_answers_to_repeated_requests_are_kept_for_a_day(
    tools: Tools, session: Session, clock: FakeClock, hours: float, remembered: int
):
    token = make_token(session)
    key = IdempotencyKey(
        token_id=token.id, key="k", request_digest="d", status=200, answer="", created_at=clock.now()
    )
    session.add(key)
    session.commit()
    clock.advance(hours=hours)

    forget_keys(tools)

    assert len(session.scalars(select(IdempotencyKey.id)).all()) == remembered


@pytest.mark.parametrize(("hours", "remembered"), [(24, 1), (24.01, 0)])
def test_counts_of_tries_are_kept_for_a_day(
    tools: Tools, session: Session, clock: FakeClock, hours: float, remembered: int
):
    session.add(Throttle(key="sign-in:203.0.113.7", count=3, since=clock.now()))
    session.commit()
    clock.advance(hours=hours)

    forget_traces(tools)

    assert len(session.scalars(select(Throttle.key)).all()) == remembered


def test_one_pass_runs_every_job_and_says_that_all_went_well(
    tools: Tools, session: Session, settings: Settings
):
    assert run_once(tools) is True

    assert last_heartbeat(session, "worker") == NOON
    assert published_name(settings) == DEFAULT_NAME


def test_one_pass_goes_on_after_a_failure_and_says_that_something_failed(
    tools: Tools, session: Session, settings: Settings
):
    settings.site_dir.parent.mkdir(exist_ok=True)
    settings.site_dir.write_text("a file where the folder should be")

    assert run_once(tools) is False

    assert last_heartbeat(session, "worker") == NOON


def test_jobs_have_names_of_their_own(tools: Tools):
    names = [job.name for job in fixed_jobs(tools)]

    assert len(set(names)) == len(names)


def _bytes_and_dates(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }
