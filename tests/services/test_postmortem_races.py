"""However many act at once, customers read exactly what a second person has read and approved.

`docs/reliability.md` tells what is raced and what came out.
"""

import logging

import pytest
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.roles import SiteRole
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.postmortem_desk import of_incident, over, write
from tests.services.postmortem_races import BROWSER, People, Races, Tally

log = logging.getLogger(__name__)


@pytest.fixture
def races(act: Act, session: Session, sessions: sessionmaker[Session], clock: FakeClock) -> Races:
    author, reviewer = (make_account(session, role=SiteRole.RESPONDER) for _ in range(2))
    publisher = make_account(session, role=SiteRole.COMMUNICATOR)
    second_account = make_account(session, role=SiteRole.ADMIN)
    write(act, session, of_incident(session, over(act)), author, device=BROWSER)
    people = People(author.id, reviewer.id, publisher.id, second_account.id)
    session.commit()
    return Races(sessions, people, clock)


def hold(tally: Tally, number: int) -> None:
    log.info("%s", tally)
    assert tally.unexpected == []
    assert tally.self_approvals == 0
    assert (tally.races, tally.equal) == (number, number)


def test_what_is_published_is_what_was_approved_while_others_write(races: Races):
    hold(races.run(6, seed=5), 6)


@pytest.mark.soak
def test_five_hundred_races_of_approving_and_saving_publish_what_was_approved(races: Races):
    tally = races.run(500, seed=6)

    hold(tally, 500)
    assert tally.during > 0
    assert tally.outrun > 0
