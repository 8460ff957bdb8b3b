"""Histories that were handed over are taken in by a worker: part by part, once, whatever dies meanwhile."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.domain.errors import ForbiddenError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services import imports
from statuspage.services.imports import ask_import, report_of, take_import
from statuspage.services.ports import FetchRefusedError
from statuspage.settings import Settings
from statuspage.store.components import all_components
from statuspage.store.imports import HistoryImport, ImportState
from statuspage.store.incidents import IncidentRow
from statuspage.store.records import AuditEntry, Publication
from statuspage.worker import imports as job
from statuspage.worker.imports import run_imports
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.history import incident
from tests.services.desk import actor_of


class FakeFetcher:
    """Has one file, or a reason not to."""

    def __init__(self) -> None:
        self.content: bytes | None = None
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if self.content is None:
            raise FetchRefusedError("The server there answered 404.")
        return self.content


@pytest.fixture
def fetcher() -> FakeFetcher:
    return FakeFetcher()


@pytest.fixture
def tools(settings: Settings, clock: FakeClock, fetcher: FakeFetcher):
    made = make_tools(settings, clock)
    yield replace(made, adapters=replace(made.adapters, fetcher=fetcher))
    made.sessions.kw["bind"].dispose()


def history(number: int = 1) -> bytes:
    """Return a history of so many incidents, each with notices of its own."""
    found = [incident(f"{at:012}") for at in range(number)]
    for at, one in enumerate(found):
        for notice in one["incident_updates"]:
            notice["id"] = f"{notice['id'][:6]}{at:06}"
    return json.dumps({"incidents": found}).encode()


def asked(act: Act, content: bytes | None = None, name: str = "history.json", **more: Any) -> int:
    with act() as ctx:
        return ask_import(ctx, name, content, **more).id


def found(session: Session, key: int) -> HistoryImport:
    session.rollback()
    session.expire_all()
    return session.get_one(HistoryImport, key)


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(IncidentRow.id))) or 0


def test_a_history_is_taken_in_and_the_report_says_what_was_left_out(
    act: Act, session: Session, tools: Tools, clock: FakeClock
):
    content = json.dumps(
        {"incidents": [incident("abcdefghijkl"), incident("zzz") | {"status": "identified"}, {"id": "x"}]}
    ).encode()
    key = asked(act, gzip.compress(content))
    clock.advance(seconds=1)

    run_imports(tools)

    done = found(session, key)
    assert (done.state, done.done, done.total, done.error) == (ImportState.DONE, 2, 2, None)
    assert (done.content, done.components, done.leased_until) == (None, None, None)
    assert done.ended_at is not None
    report = report_of(done)
    assert (report.incidents, report.notices) == (1, 2)
    assert [one.what for one in report.left_out] == ["incident x", "incident zzz"]


def test_a_long_history_is_one_act_for_page_and_record(act: Act, session: Session, tools: Tools):
    key = asked(act, history(imports.PART + 1))

    run_imports(tools)

    assert found(session, key).done == count(session) == imports.PART + 1
    assert session.scalar(select(func.count(Publication.number))) == 1
    [record] = session.scalars(select(AuditEntry).where(AuditEntry.verb == "import_history"))
    assert record.details["incidents"] == imports.PART + 1


def test_a_worker_that_dies_leaves_its_import_to_the_next(
    act: Act, session: Session, tools: Tools, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    key = asked(act, history(2 * imports.PART + 1))
    prepare = job.prepare
    calls = iter([False, True])

    def dying(*args: Any) -> Any:
        if next(calls):
            raise KeyboardInterrupt
        return prepare(*args)

    monkeypatch.setattr(job, "prepare", dying)
    with pytest.raises(KeyboardInterrupt):
        run_imports(tools)
    monkeypatch.setattr(job, "prepare", prepare)
    assert found(session, key).done == imports.PART
    run_imports(tools)
    assert found(session, key).state is ImportState.RUNNING, "another worker may still hold it"

    clock.advance(minutes=2, seconds=1)
    run_imports(tools)

    done = found(session, key)
    assert (done.state, done.done) == (ImportState.DONE, 2 * imports.PART + 1)
    report = report_of(done)
    assert (report.incidents, report.unchanged) == (2 * imports.PART + 1, 0)


def test_two_workers_take_it_in_once(act: Act, session: Session, tools: Tools, clock: FakeClock):
    key = asked(act, history(3))
    with act() as ctx:
        slow = take_import(ctx)
        assert slow is not None
        assert take_import(ctx) is None
    clock.advance(minutes=2, seconds=1)
    run_imports(tools)

    with pytest.raises(imports.LeaseLostError), act() as ctx:
        imports.note_total(ctx, slow, 3)

    assert report_of(found(session, key)).incidents == 3


@pytest.mark.parametrize(("seconds", "is_taken"), [(120, False), (121, True)])
def test_a_lease_holds_for_two_minutes(act: Act, clock: FakeClock, seconds: int, is_taken: bool):
    asked(act, history())
    with act() as ctx:
        take_import(ctx)
    clock.advance(seconds=seconds)

    with act() as ctx:
        assert (take_import(ctx) is not None) is is_taken


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "The file is not whole, valid JSON"),
        (b"{}", "The file has no list “incidents”"),
        (b"[]", "The file has no list “incidents”"),
        (b"\xff\xfe", "The file is not UTF-8 text"),
        (b"[" * 100_000, "The JSON is nested too deeply."),
        (gzip.compress(b"x" * 1000, mtime=0)[:-20], "The compressed file is broken"),
        (gzip.compress(b"", mtime=0), "The file is not whole, valid JSON"),
    ],
)
def test_what_can_not_be_read_ends_with_a_sentence(
    act: Act, session: Session, tools: Tools, content: bytes, sentence: str
):
    key = asked(act, content)

    run_imports(tools)

    failed = found(session, key)
    assert (failed.state, failed.content) == (ImportState.FAILED, None)
    assert (failed.error or "").startswith(sentence)
    assert count(session) == 0


def test_a_bomb_is_not_unpacked(act: Act, session: Session, tools: Tools, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job, "LARGEST_UNPACKED", 1024 * 1024)
    key = asked(act, gzip.compress(b" " * (1024 * 1024 + 1)))

    run_imports(tools)

    assert found(session, key).error == "The file is larger than 1 MB unpacked."


def test_a_history_is_fetched_once(act: Act, session: Session, tools: Tools, fetcher: FakeFetcher):
    fetcher.content = history()
    key = asked(act, name="https://status.example.com/api/v2/incidents.json")

    run_imports(tools)
    run_imports(tools)

    assert fetcher.asked == ["https://status.example.com/api/v2/incidents.json"]
    assert found(session, key).state is ImportState.DONE


def test_what_can_not_be_fetched_ends_with_a_sentence(act: Act, session: Session, tools: Tools):
    key = asked(act, name="https://status.example.com/")

    run_imports(tools)

    assert found(session, key).error == "The server there answered 404."


def test_a_history_may_be_empty_and_bring_components_alone(act: Act, session: Session, tools: Tools):
    components = json.dumps({"components": [{"id": "c", "name": "API"}]}).encode()
    key = asked(act, b'{"incidents": []}', components=components)

    run_imports(tools)

    assert report_of(found(session, key)).components == 1
    assert [one.name for one in all_components(session)] == ["API"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ftp://example.com", None, "invalid_address"),
        ("history.json", b" \n", "empty"),
        ("", b"{}", "blank"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(act: Act, name: str, content: bytes | None, code: str):
    with pytest.raises(RuleError) as refused:
        asked(act, content, name)

    assert refused.value.code == code


def test_only_so_many_wait_and_only_an_admin_asks(act: Act, session: Session):
    for _ in range(5):
        asked(act, history())
    with pytest.raises(RuleError) as refused:
        asked(act, history())
    assert refused.value.code == "too_many_imports"

    account = make_account(session, role=SiteRole.COMMUNICATOR)
    with pytest.raises(ForbiddenError), act(actor_of(account)) as ctx:
        ask_import(ctx, "history.json", history())


def test_the_record_says_who_asked(act: Act, session: Session, tools: Tools):
    admin = make_account(session)
    with act(actor_of(admin)) as ctx:
        ask_import(ctx, "history.json", history())
    run_imports(tools)

    verbs = ("ask_import", "import_history")
    records = session.scalars(select(AuditEntry).where(AuditEntry.verb.in_(verbs)))
    assert {record.account_id for record in records} == {admin.id}
