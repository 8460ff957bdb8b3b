"""What a publication reads must not grow with history: SQLite's plans tell before a benchmark does."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from statuspage.store.public_incidents import latest_incidents, latest_updates, open_incidents

Query = Callable[[Session], object]


@pytest.fixture
def plan_of(session: Session) -> Callable[[Query], str]:
    """How SQLite would run what a function asks."""
    if session.get_bind().dialect.name != "sqlite":
        # PostgreSQL plans by what it counted in the tables, and small ones it reads whole.
        return lambda _query: ""

    def plan(query: Query) -> str:
        asked: list[tuple[str, object]] = []
        connection = session.connection()

        def listen(_conn: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", listen)
        query(session)
        event.remove(connection, "before_cursor_execute", listen)
        statement, parameters = asked[0]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row[-1] for row in rows)

    return plan


@pytest.mark.parametrize(
    "query",
    [
        open_incidents,
        lambda session: latest_incidents(session, 25),
        lambda session: latest_updates(session, 50),
    ],
    ids=["open incidents", "latest incidents", "latest updates"],
)
def test_leaving_drills_out_is_no_reason_to_read_all_of_history(
    plan_of: Callable[[Query], str], session: Session, query: Query
):
    plan = plan_of(query)

    assert "ix_incidents_drill_id" not in plan
    assert session.get_bind().dialect.name != "sqlite" or "ix_incident" in plan


def test_the_incident_of_a_drill_is_found_by_the_index_of_drills(session: Session):
    if session.get_bind().dialect.name != "sqlite":
        return
    rows = session.execute(text("EXPLAIN QUERY PLAN SELECT id FROM incidents WHERE drill_id = 5"))

    assert "ix_incidents_drill_id" in "\n".join(row[-1] for row in rows)
