"""Approving, saving and publishing one postmortem at the same instant, over connections of their own."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.errors import DomainError
from statuspage.domain.postmortem import Content, Section, Visibility
from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from statuspage.services.context import Context, reading, unit_of_work
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.postmortem_review import approve_postmortem, ask_review
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_postmortem import publish_postmortem
from statuspage.store.postmortems import Postmortem, editors_of, head_of, published_of
from statuspage.store.records import AuditEntry
from tests.fakes import FakeClock

Act = Callable[[Context, Postmortem], None]
BROWSER = "the author's browser"
TRIES = 3


@dataclass(frozen=True, slots=True)
class People:
    """Account keys: who writes, who may judge, who publishes, and the author's second account."""

    author: int
    reviewer: int
    publisher: int
    second_account: int


@dataclass(slots=True)
class Tally:
    """What came of all races. `during` counts those in which the text went out while others still acted."""

    races: int = 0
    equal: int = 0
    during: int = 0
    outrun: int = 0
    self_approvals: int = 0
    unexpected: list[str] = field(default_factory=list)


class Races:
    """One postmortem that is written, approved and published over and over."""

    def __init__(self, sessions: sessionmaker[Session], people: People, clock: FakeClock) -> None:
        self._sessions, self._people, self._clock = sessions, people, clock
        self._author = Actor(people.author, SiteRole.RESPONDER, device=BROWSER)
        self._read: dict[str, Content] = {}
        self.tally = Tally()

    def run(self, number: int, seed: int) -> Tally:
        """Run so many races, with the order of those who act and their texts by the seed."""
        chance = random.Random(seed)
        with ThreadPoolExecutor(max_workers=4) as pool:
            for race in range(number):
                self._race(pool, chance, race)
        return self.tally

    def _race(self, pool: ThreadPoolExecutor, chance: random.Random, race: int) -> None:
        self._act(self._author, self._writing(f"Text {race} as it was sent to review, at first."))
        self._act(self._author, lambda ctx, postmortem: ask_review(ctx, postmortem))
        before = self._published()
        together = threading.Barrier(4)
        acts = [
            self._author_goes_on(race, chance.randint(1, 3)),
            self._reviewer_approves,
            self._author_approves(chance.randrange(4)),
            self._somebody_publishes,
        ]
        chance.shuffle(acts)
        list(pool.map(lambda act: self._at_once(together, act), acts))
        self.tally.during += self._published() != before
        self._finish()
        self._check()

    def _at_once(self, together: threading.Barrier, act: Callable[[], None]) -> None:
        together.wait(60)
        act()

    # What people do

    def _author_goes_on(self, race: int, edits: int) -> Callable[[], None]:
        def go_on() -> None:
            for edit in range(edits):
                self._act(self._author, self._writing(f"Text {race} with the change number {edit}."))

        return go_on

    def _reviewer_approves(self) -> None:
        seen = self._look()
        self._read[seen.digest()] = seen
        code = self._act(self._reviewer, lambda ctx, it: approve_postmortem(ctx, it, seen.digest()))
        self.tally.outrun += code == "stale_approval"

    def _author_approves(self, path: int) -> Callable[[], None]:
        people = self._people
        ways = (
            self._author,
            replace(self._author, token_id=None, device=""),
            Actor(people.second_account, SiteRole.ADMIN, device=BROWSER),
            COMMAND_LINE,
        )

        def approve() -> None:
            for _ in range(TRIES):
                digest = self._look().digest()
                code = self._act(ways[path], lambda ctx, it: approve_postmortem(ctx, it, digest))  # noqa: B023
                self.tally.self_approvals += code == ""

        return approve

    def _somebody_publishes(self) -> None:
        for _ in range(TRIES):
            rendered = rendering(self._look())
            self._act(
                self._publisher,
                lambda ctx, it: publish_postmortem(ctx, it, rendered, Visibility.PUBLIC),  # noqa: B023
            )

    def _finish(self) -> None:
        """Have the newest text read, approved and published, unless it is already."""
        self._act(self._author, lambda ctx, postmortem: ask_review(ctx, postmortem))
        self._reviewer_approves()
        self._somebody_publishes()

    # How they do it

    @property
    def _reviewer(self) -> Actor:
        return Actor(self._people.reviewer, SiteRole.RESPONDER, device="the reviewer's browser")

    @property
    def _publisher(self) -> Actor:
        return Actor(self._people.publisher, SiteRole.COMMUNICATOR, device="the publisher's browser")

    def _writing(self, text: str) -> Act:
        def write(ctx: Context, postmortem: Postmortem) -> None:
            head = head_of(ctx.session, postmortem)
            save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, text), head.number)

        return write

    def _act(self, actor: Actor, act: Act) -> str:
        """Return the code of the refusal, empty where it was done."""
        try:
            with (
                self._sessions() as session,
                unit_of_work(session, self._clock, lambda _session, _now: actor) as ctx,
            ):
                act(ctx, the_postmortem(session))
        except DomainError as error:
            if error.code not in EXPECTED:
                self.tally.unexpected.append(error.code)
            return error.code
        return ""

    def _look(self) -> Content:
        with (
            self._sessions() as session,
            reading(session, self._clock, lambda _session, _now: COMMAND_LINE),
        ):
            return head_of(session, the_postmortem(session)).value

    def _published(self) -> int | None:
        with self._sessions() as session:
            return the_postmortem(session).published_number

    # What must hold

    def _check(self) -> None:
        """Compare what customers read with what the reviewer read and agreed to, to the letter."""
        with self._sessions() as session:
            postmortem = the_postmortem(session)
            revision = published_of(session, postmortem)
            assert revision is not None
            agreed = digests_by(session, "approve_postmortem")
            wrote = {each.account_id for each in editors_of(session, postmortem)}
            read = self._read.get(revision.digest)
            is_equal = (
                revision.value == read
                and revision.value.digest() == revision.digest == postmortem.published_digest
                and revision.html == dict(rendering(revision.value).sections)
                and agreed.get(revision.digest) == {self._people.reviewer}
            )
            # What went out meanwhile and was replaced within the race counts just as much.
            is_equal = is_equal and digests_by(session, "publish_postmortem").keys() <= agreed.keys()
            self.tally.races += 1
            self.tally.equal += is_equal
            self.tally.self_approvals += any(by & (wrote | {None}) for by in agreed.values())


EXPECTED = {
    "self_approval",
    "stale_approval",
    "stale_text",
    "gate_unmet",
    "already_published",
    "review_not_asked",
}


def the_postmortem(session: Session) -> Postmortem:
    """Return the only postmortem there is."""
    return session.scalars(select(Postmortem)).one()


def rendering(content: Content) -> RenderedPostmortem:
    """Return what stands for the markup of that text, and for no other."""
    return RenderedPostmortem(content.digest(), {"summary": f"<p>{content.text_of(Section.SUMMARY)}</p>"})


def digests_by(session: Session, verb: str) -> dict[str, set[int | None]]:
    """Return who ever did that to which text, by the text's digest."""
    found: dict[str, set[int | None]] = {}
    for record in session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)):
        found.setdefault(record.details["digest"], set()).add(record.account_id)
    return found
