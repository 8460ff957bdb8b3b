"""The demonstration: a company that is always in the middle of something."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.adapters.markdown import MarkdownChild
from statuspage.cli import main
from statuspage.cli.demo import MARK, clear
from statuspage.demo.company import PASSWORD, PEOPLE
from statuspage.demo.history import PAST
from statuspage.demo.play import play
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import PostmortemState
from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.context import reading
from statuspage.services.owed import what_is_owed
from statuspage.services.postmortem_gate import unmet_of
from statuspage.settings import Settings
from statuspage.store.accounts import all_accounts
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.store.reminders import MessageState, StaffMessage
from statuspage.worker.reminders import remind_of_notices, remind_of_postmortems
from statuspage.worker.tools import make_tools
from tests.fakes import NOON, FakeClock, FakePasswords
from tests.web.browsers import Browser


@pytest.fixture(scope="module")
def renderer() -> Iterator[MarkdownChild]:
    renderer = MarkdownChild()
    yield renderer
    renderer.close()


@pytest.fixture
def company(session: Session, renderer: MarkdownChild) -> Session:
    """The database with the company in it, told back from noon."""
    play(session, renderer, FakePasswords(), NOON)
    return session


def test_its_open_incident_owes_an_update_in_twelve_minutes(company: Session):
    rows = company.scalars(select(IncidentRow)).all()

    [open_one] = [row for row in rows if row.status is IncidentStatus.IDENTIFIED]
    assert open_one.updates[-1].next_update_by == NOON + timedelta(minutes=12)
    assert {row.status.value for row in rows} == {
        "identified", "detected", "resolved", "dismissed", "internal"
    }  # fmt: skip


def test_nobody_is_told_of_what_was_over_before_it_began(
    company: Session, settings: Settings, clock: FakeClock
):
    tools = make_tools(settings, clock)
    remind_of_notices(tools)
    remind_of_postmortems(tools)
    tools.sessions.kw["bind"].dispose()

    company.rollback()
    waiting = company.scalars(select(StaffMessage).where(StaffMessage.state == MessageState.PENDING)).all()
    assert {each.incident.status.value for each in waiting if each.incident} <= {"identified", "detected"}
    reminders = [each.reminder for each in waiting if each.reminder]
    assert len({(each.incident_id, each.kind) for each in reminders}) == len({each.id for each in reminders})


def test_its_open_incident_kept_its_promise_at_whatever_second_it_is_told(
    session: Session, renderer: MarkdownChild
):
    play(session, renderer, FakePasswords(), NOON + timedelta(seconds=59))

    [open_one] = session.scalars(select(IncidentRow).where(IncidentRow.status == IncidentStatus.IDENTIFIED))
    assert [update.late_by_minutes for update in open_one.updates] == [0, 0]


def test_it_has_months_of_history_and_owes_nothing_for_it(company: Session, clock: FakeClock):
    rows = company.scalars(select(IncidentRow).where(IncidentRow.is_backfill)).all()

    assert len(rows) == len(PAST)
    assert min(row.started_at for row in rows) < NOON - timedelta(days=120)
    company.rollback()
    with reading(company, clock, lambda _session, _now: COMMAND_LINE) as ctx:
        desk = what_is_owed(ctx)
    named = {one.incident_name for one in (*desk.notices, *desk.postmortems)}
    assert not named & {past.name for past in PAST}
    assert all(one.due_at > NOON for one in (*desk.notices, *desk.postmortems))


def test_one_postmortem_is_public_and_one_in_review_passes_the_gate_but_for_the_approval(company: Session):
    states = {}
    for postmortem in company.scalars(select(Postmortem)):
        states[postmortem.incident.name] = postmortem.state_of(head_of(company, postmortem))
    [waiting] = [name for name, state in states.items() if state is PostmortemState.IN_REVIEW]
    company.rollback()
    with reading(company, FakeClock(), lambda _session, _now: COMMAND_LINE) as ctx:
        row = company.scalars(select(IncidentRow).where(IncidentRow.name == waiting)).one()
        missing = unmet_of(ctx, get_postmortem(company, row))

    assert sorted(states.values()) == [PostmortemState.IN_REVIEW, PostmortemState.PUBLISHED]
    assert [one.code for one in missing] == ["not_approved"]


def test_everybody_it_names_can_sign_in(company: Session, app: Flask):
    app.extensions["statuspage"] = replace(app.extensions["statuspage"], passwords=FakePasswords())

    for person in PEOPLE:
        answer = Browser(app.test_client()).sign_in(person.email, PASSWORD)
        assert answer.status_code == 303, person.email
    assert len(all_accounts(company)) == len(PEOPLE)


def settings_in(folder: Path, **more: str) -> Settings:
    return Settings.from_env({"STATUSPAGE_INSTANCE_DIR": str(folder), **more})


def test_it_makes_itself_anew_and_leaves_its_key(tmp_path: Path):
    clear(settings_in(tmp_path))
    (tmp_path / "statuspage.db").write_text("the last one")
    (tmp_path / "site").mkdir()

    clear(settings_in(tmp_path))

    assert not (tmp_path / "statuspage.db").exists()
    assert not (tmp_path / "site").exists()
    assert (tmp_path / MARK).exists()
    assert (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("more", [{}, {"STATUSPAGE_DATABASE_URL": "postgresql://localhost/real"}])
def test_it_never_touches_a_real_status_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
):
    (tmp_path / "statuspage.db").write_text("real")
    for name, value in {"STATUSPAGE_INSTANCE_DIR": str(tmp_path), **more}.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(main, ["demo"])

    assert done.exit_code == 1
    assert "no demonstration" in done.output or "its own database" in done.output
    assert (tmp_path / "statuspage.db").read_text() == "real"
