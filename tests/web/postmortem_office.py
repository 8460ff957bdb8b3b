"""A postmortem at the console: an incident that is over, with a text to which nothing is missing."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.postmortem import Content, Section
from statuspage.domain.roles import COMMAND_LINE, Actor
from statuspage.services.context import Context, unit_of_work
from statuspage.services.postmortem_review import approve_postmortem, ask_review
from statuspage.services.postmortems import save_postmortem
from statuspage.store.accounts import Account, find_account
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from tests.fakes import FakeClock
from tests.services.desk import announce
from tests.services.postmortem_desk import complete, resolve


class Office:
    """Acts on the one postmortem behind the screens, as the services do, in its own transactions."""

    def __init__(self, session: Session, clock: FakeClock, impact: Impact = Impact.CRITICAL) -> None:
        self._session, self._clock = session, clock
        with self._open() as ctx:
            row = announce(ctx, impact=impact)
            self.incident_id = row.public_id
        clock.advance(minutes=20)
        with self._open() as ctx:
            resolve(ctx, row)
        clock.advance(minutes=30)
        self._row = row

    @property
    def postmortem(self) -> Postmortem:
        """The postmortem as it stands now; what was read stays open until the next act."""
        self._session.rollback()
        return get_postmortem(self._session, self._row)

    @property
    def here(self) -> str:
        """Where its screens are, below the console."""
        return f"incidents/{self.incident_id}/postmortem"

    @property
    def digest(self) -> str:
        """What names the newest text."""
        return head_of(self._session, self.postmortem).digest

    def account(self, email: str) -> Account:
        """Return the account of that address."""
        self._session.rollback()
        found = find_account(self._session, email)
        assert found is not None
        return found

    def write(self, email: str, change: Callable[[Content], Content] | None = None) -> None:
        """Have somebody write all that the gate asks for, or change what is there."""
        account = self.account(email)
        with self._open(account) as ctx:
            postmortem = get_postmortem(self._session, self._row)
            head = head_of(self._session, postmortem)
            after = change(head.value) if change else complete(head.value, account)
            save_postmortem(ctx, postmortem, after, head.number)

    def say(self, email: str, section: Section, text: str) -> None:
        """Have somebody write one section anew."""
        self.write(email, lambda content: content.with_section(section, text))

    def ask(self, email: str) -> None:
        """Have somebody ask for the review."""
        with self._open(self.account(email)) as ctx:
            ask_review(ctx, get_postmortem(self._session, self._row))

    def approve(self, email: str) -> None:
        """Have somebody approve the newest text."""
        with self._open(self.account(email)) as ctx:
            postmortem = get_postmortem(self._session, self._row)
            approve_postmortem(ctx, postmortem, head_of(self._session, postmortem).digest)

    def _open(self, account: Account | None = None) -> AbstractContextManager[Context]:
        actor = COMMAND_LINE if account is None else Actor(account.id, account.role)
        self._session.rollback()
        return unit_of_work(self._session, self._clock, lambda _session, _now: actor)
