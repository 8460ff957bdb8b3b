"""Two people at one incident see each other."""

import pytest
from sqlalchemy.orm import Session

from statuspage.services.presence import Colleague, note_presence, others_here
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of, announce


class Room:
    """Ana and Ben at an incident."""

    def __init__(self, act: Act, session: Session) -> None:
        self._act = act
        self.ana = make_account(session, name="Ana")
        self.ben = make_account(session, name="Ben")
        with act() as ctx:
            self.row: IncidentRow = announce(ctx)

    def look(self, who: Account, *, is_writing: bool = False) -> list[Colleague]:
        with self._act(actor_of(who)) as ctx:
            note_presence(ctx, self.row, is_writing=is_writing)
            return others_here(ctx, self.row)


@pytest.fixture
def room(act: Act, session: Session) -> Room:
    return Room(act, session)


def test_each_sees_the_other_and_not_oneself(room: Room):
    assert room.look(room.ana) == []
    assert room.look(room.ben) == [Colleague("Ana", is_writing=False)]
    assert room.look(room.ana) == [Colleague("Ben", is_writing=False)]


@pytest.mark.parametrize(("seconds", "names"), [(30, ["Ana"]), (31, [])])
def test_who_has_left_is_gone_after_half_a_minute(
    room: Room, clock: FakeClock, seconds: int, names: list[str]
):
    room.look(room.ana)
    clock.advance(seconds=seconds)

    assert [one.name for one in room.look(room.ben)] == names


@pytest.mark.parametrize(("seconds", "is_writing"), [(15, True), (16, False)])
def test_who_has_stopped_writing_is_only_here(room: Room, clock: FakeClock, seconds: int, is_writing: bool):
    room.look(room.ana, is_writing=True)
    clock.advance(seconds=seconds)

    assert room.look(room.ben) == [Colleague("Ana", is_writing=is_writing)]


def test_looking_does_not_end_writing(room: Room):
    room.look(room.ana, is_writing=True)
    room.look(room.ana)

    assert room.look(room.ben) == [Colleague("Ana", is_writing=True)]


def test_the_command_line_is_nobody(room: Room, act: Act):
    with act() as ctx:
        note_presence(ctx, room.row, is_writing=True)

    assert room.look(room.ben) == []
