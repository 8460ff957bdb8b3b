"""Delivering, tick by tick: each message is claimed, sent outside of any transaction, and settled."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from statuspage.services.context import reading, snapshot, writing
from statuspage.services.staff_delivery import (
    REACHED,
    Outcome,
    Outgoing,
    Try,
    conclude,
    note_obsolete,
    note_outcome,
    note_try,
    prepare,
    send_to,
)
from statuspage.services.telling import Obsolete
from statuspage.store.outgoing import Claim, claim_message, count_due, hold
from statuspage.store.reminders import StaffMessage
from statuspage.worker.reminders import as_the_product
from statuspage.worker.tools import Tools

# One after the other, so that a worker that is killed leaves one message at most of which nobody knows
# whether it was sent. But a server that does not answer must not hold up everybody: others go beside it then.
SIDE_BY_SIDE = 4
PATIENCE_SECONDS = 1.0
NOTED_WITHIN_TRIES = 3

log = logging.getLogger(__name__)


def deliver_messages(tools: Tools) -> None:
    """Send what is due. Most ticks find nothing, and write nothing."""
    with tools.sessions() as session, snapshot(session):
        waiting = count_due(session, tools.adapters.clock.now())
    if not waiting:
        return
    lanes, turn = min(waiting, SIDE_BY_SIDE), threading.Lock()
    with ThreadPoolExecutor(lanes, thread_name_prefix="deliver") as pool:
        list(pool.map(lambda _: _deliver_until_none_is_due(tools, turn), range(lanes)))


def _deliver_until_none_is_due(tools: Tools, turn: threading.Lock) -> None:
    is_any_left = True
    while is_any_left:
        with _turn(turn), tools.sessions() as session:
            is_any_left = _deliver_one(tools, session)


@contextmanager
def _turn(turn: threading.Lock) -> Iterator[None]:
    """Wait until the one before is through, or has taken too long."""
    is_mine = turn.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if is_mine:
            turn.release()


def _deliver_one(tools: Tools, session: Session) -> bool:
    """Deliver the message that has waited longest; return whether there was one."""
    claim = _claimed(tools, session)
    if claim is None:
        return False
    try:
        _deliver(tools, session, claim)
    except Exception as error:
        # The others must not wait for one that can't be made; it is tried again, and shown.
        log.exception("the message %s could not be sent", claim.public_id)
        session.rollback()
        words = f"Something went wrong here ({type(error).__name__}); the log says more."
        with writing(session):
            note_outcome(session, claim, Outcome(False, error=words), tools.adapters.clock.now())
    return True


def _claimed(tools: Tools, session: Session) -> Claim | None:
    with writing(session):
        return claim_message(session, tools.adapters.clock.now())


def _deliver(tools: Tools, session: Session, claim: Claim) -> None:
    wired = tools.adapters
    with reading(session, wired.clock, as_the_product) as ctx:
        message = session.get_one(StaffMessage, claim.message_id)
        details = dict(message.details)
        outgoing = prepare(ctx, message, wired.settings.base_url, wired.settings.staff_alerts)
    if isinstance(outgoing, Obsolete):
        with writing(session):
            note_obsolete(session, claim, outgoing.reason)
        return
    tries = _tried(tools, session, claim, outgoing, details)
    if tries is None:
        return
    outcome = conclude(wired.mailer, outgoing, tries)
    _note_surely(session, lambda: note_outcome(session, claim, outcome, wired.clock.now()))


def _note_surely(session: Session, note: Callable[[], None]) -> None:
    """Write down what was sent, trying again where the database is busy: else it would be sent once more."""
    for _ in range(NOTED_WITHIN_TRIES - 1):
        with suppress(OperationalError), writing(session):
            note()
            return
    with writing(session):
        note()


def _tried(
    tools: Tools, session: Session, claim: Claim, outgoing: Outgoing, details: dict[str, object]
) -> list[Try] | None:
    """Send to each address that has not had it; None where another worker has taken over."""
    tries, reached = [], list(outgoing.reached)
    for address in outgoing.addresses:
        if address.key in reached:
            tries.append(Try(address))
            continue
        one = send_to(tools.adapters.alerts, address, outgoing)
        tries.append(one)
        reached += [] if one.error else [address.key]
        now = tools.adapters.clock.now()
        with writing(session):
            note_try(session, one, now)
            if not hold(session, claim, now, {**details, REACHED: reached}):
                return None
    return tries
