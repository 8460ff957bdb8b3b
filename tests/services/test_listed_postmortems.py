"""The list of all postmortems is read at once, however long it has become."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from statuspage.services.listed_postmortems import ListedPostmortem, listed_postmortems
from statuspage.services.waive_postmortem import waive_postmortem
from tests.conftest import Act
from tests.services.postmortem_desk import Impact, of_incident, over


def the_list(act: Act, session: Session) -> tuple[list[ListedPostmortem], int]:
    """Return the list, and how many questions it took."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    session.expire_all()
    with act() as ctx:
        assert ctx.page.name
        event.listen(session.get_bind(), "before_cursor_execute", note)
        found = listed_postmortems(ctx)
        event.remove(session.get_bind(), "before_cursor_execute", note)
    return found, len(asked)


def test_the_number_of_queries_does_not_grow_with_postmortems(act: Act, session: Session):
    over(act)
    session.expunge_all()
    with_one = the_list(act, session)[1]

    for _ in range(5):
        over(act)
    waived = over(act, Impact.NONE)
    with act() as ctx:
        waive_postmortem(ctx, of_incident(session, waived), "Nobody noticed.")
    session.expunge_all()
    found, with_seven = the_list(act, session)

    assert with_seven == with_one
    assert [one.due is not None for one in found] == [one.postmortem.waived_at is None for one in found]
