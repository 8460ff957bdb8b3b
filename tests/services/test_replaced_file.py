"""A SQLite file that is taken away and put back, or replaced by a copy, while processes have it open."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from statuspage.store.pages import Page
from statuspage.store.sessions import session_factory
from tests.fakes import NOON


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    file = tmp_path / "statuspage.db"
    file.write_bytes(sqlite_template.read_bytes())
    return file


def name_of(session: Session) -> str:
    with session:
        return session.scalars(select(Page.name)).one()


def test_a_file_that_was_replaced_is_opened_anew(file):
    sessions = session_factory(f"sqlite:///{file}")
    before = name_of(sessions())
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    other = session_factory(f"sqlite:///{copy}")
    with other() as session:
        session.scalars(select(Page)).one().name = "From the copy"
        session.scalars(select(Page)).one().updated_at = NOON
        session.commit()
    other.kw["bind"].dispose()

    copy.rename(file)

    assert before != "From the copy"
    assert name_of(sessions()) == "From the copy"
    sessions.kw["bind"].dispose()


def test_a_file_that_comes_back_is_used_again(file):
    sessions = session_factory(f"sqlite:///{file}")
    before = name_of(sessions())
    for part in list(file.parent.glob("statuspage.db*")):
        part.rename(part.with_name(f"away-{part.name}"))

    with pytest.raises(OperationalError, match="no such table"):
        name_of(sessions())
    for part in list(file.parent.glob("away-*")):
        part.rename(part.with_name(part.name.removeprefix("away-")))

    assert name_of(sessions()) == before
    sessions.kw["bind"].dispose()
