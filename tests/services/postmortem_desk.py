"""People around a postmortem, for tests of services: an incident that is over, a text that is complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Content, Item, Section
from statuspage.services.commands import NoticeCommand
from statuspage.services.context import Context
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_review import approve_postmortem, ask_review
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_notice import publish_notice
from statuspage.store.accounts import Account
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from tests.conftest import Act
from tests.services.desk import actor_of, announce

TEXTS: Mapping[Section, str] = {
    Section.SUMMARY: "For 40 minutes requests were slow or failed.",
    Section.IMPACT: "Every customer in Europe; one request of three failed for 40 minutes.",
    Section.ROOT_CAUSE: "A cache was sized for half of the traffic that it met.",
    Section.SYSTEMIC_ISSUES: "Nothing warns before a cache is full.",
    Section.WENT_WELL: "The alert came within a minute.",
    Section.WENT_WRONG: "The first look went to the wrong dashboard.",
}


@dataclass(frozen=True, slots=True)
class Markup:
    """Stands for a text that was rendered."""

    digest: str
    sections: Mapping[str, str] = field(default_factory=dict)


def complete(content: Content, owner: Account) -> Content:
    """Return a text to which nothing is missing but an approval."""
    item = Item(new_public_id(), "Warn at 80 per cent", owner=owner.public_id, team="Network", due_on=DUE)
    return replace(content, sections=dict(TEXTS), items=(item,), final_by=None)


DUE = date(2027, 1, 15)


def resolve(ctx: Context, row: IncidentRow, **fields: object) -> None:
    """Publish the incident's resolution."""
    command = NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED, **fields)  # type: ignore[arg-type]
    publish_notice(ctx, row, command)


def over(act: Act, impact: Impact = Impact.CRITICAL) -> IncidentRow:
    """Return an incident that is announced and resolved at once."""
    with act() as ctx:
        row = announce(ctx, impact=impact)
    with act() as ctx:
        resolve(ctx, row)
    return row


def write(act: Act, session: Session, postmortem: Postmortem, by: Account, device: str = "") -> None:
    """Have somebody write all that the gate asks for."""
    with act(replace(actor_of(by), device=device)) as ctx:
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, complete(head.value, by), head.number)


def ask(act: Act, postmortem: Postmortem, by: Account) -> None:
    """Have somebody ask for the review."""
    with act(actor_of(by)) as ctx:
        ask_review(ctx, postmortem)


def approve(act: Act, session: Session, postmortem: Postmortem, by: Account) -> None:
    """Have somebody approve the newest text."""
    with act(actor_of(by)) as ctx:
        approve_postmortem(ctx, postmortem, head_of(session, postmortem).digest)


def of_incident(session: Session, row: IncidentRow) -> Postmortem:
    """Return the postmortem that its resolution made."""
    return get_postmortem(session, row)
