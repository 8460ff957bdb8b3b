"""Playing the demonstration: each act in a transaction of its own, at its own moment."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.demo.company import PASSWORD, write_company
from statuspage.demo.history import write_history
from statuspage.demo.lookback import write_lookback
from statuspage.demo.script import Script, Stage
from statuspage.demo.today import write_today
from statuspage.demo.watch import write_watch
from statuspage.domain.roles import COMMAND_LINE, Actor
from statuspage.services.context import unit_of_work
from statuspage.services.ports import MarkdownRenderer, PasswordHasher
from statuspage.services.remind import settle_past
from statuspage.store.accounts import find_account


class _StoppedClock:
    """A clock that shows one moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return that moment."""
        return self._at


def play(session: Session, renderer: MarkdownRenderer, passwords: PasswordHasher, now: datetime) -> None:
    """Fill an empty, migrated database with the company, told back from `now`."""
    script = Script(now)
    write_company(script, passwords.hash(PASSWORD))
    write_history(script, renderer)
    write_today(script)
    write_lookback(script)
    write_watch(script)
    incidents: dict[str, str] = {}
    for act in script.in_order():
        with unit_of_work(session, _StoppedClock(act.at), _acting_as(act.who)) as ctx:
            act.do(Stage(ctx, renderer, incidents))
    with unit_of_work(session, _StoppedClock(now), _acting_as(None)) as ctx:
        settle_past(ctx)


def _acting_as(email: str | None) -> Callable[[Session, datetime], Actor]:
    def authenticate(session: Session, _now: datetime) -> Actor:
        if email is None:
            return COMMAND_LINE
        account = find_account(session, email)
        assert account is not None
        return Actor(account.id, account.role)

    return authenticate
