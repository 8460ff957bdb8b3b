"""What the manage API answers about postmortems, and how rows turn into it."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.component import Impact
from statuspage.domain.obligations import PostmortemTimes, deadlines
from statuspage.domain.postmortem import Content, Entry, Form, Item, PostmortemState, Section, Visibility
from statuspage.domain.postmortem import Moment as Milestone
from statuspage.domain.postmortem_gate import Unmet
from statuspage.render.v2 import moment
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.web.api.endpoint import Call
from statuspage.web.api.fields import Id, Moment, Output
from statuspage.web.api.outputs import UnmetAnswer
from statuspage.web.errors import unmet_field

LineId = str


class LineAnswer(Output):
    """A line of the timeline. `source` names what it was drafted from; null where somebody wrote it."""

    id: LineId
    at: Moment
    text: str
    is_public: bool
    moment: Milestone | None
    source: str | None


class ItemAnswer(Output):
    """An action item as the text has it, with how far it is. `owner` is a mail address."""

    id: str
    title: str
    kind: ItemKind
    owner: str | None
    team: str
    due_on: date | None
    tracker_url: str | None
    state: ItemState
    closed_at: Moment | None
    closing_note: str | None


class PostmortemSummary(Output):
    """A postmortem among others. Times of the 48-hour promise are null where none was given."""

    id: Id
    incident_id: Id
    incident_name: str
    impact: Impact
    state: PostmortemState
    form: Form
    owner: str | None
    due_at: Moment | None
    met_at: Moment | None
    is_overdue: bool
    visibility: Visibility
    published_at: Moment | None
    public_since: Moment | None
    final_by: Moment | None
    final_since: Moment | None
    waived_at: Moment | None
    revision: int
    created_at: Moment
    updated_at: Moment


def line_answer(entry: Entry) -> LineAnswer:
    """Return a line of the timeline."""
    return LineAnswer(
        id=entry.id,
        at=moment(entry.at) or "",
        text=entry.text,
        is_public=entry.is_public,
        moment=entry.moment,
        source=entry.source,
    )


def item_answers(session: Session, items: Iterable[Item], rows: dict[str, ActionItem]) -> list[ItemAnswer]:
    """Return action items in their order; `rows` is how far they are, by public id."""
    items = list(items)
    owners = emails_of(session, {item.owner for item in items if item.owner})
    return [_item(item, owners, rows.get(item.id)) for item in items]


def emails_of(session: Session, public_ids: set[str]) -> dict[str, str]:
    """Return the mail addresses of accounts by their public ids."""
    query = select(Account.public_id, Account.email).where(Account.public_id.in_(public_ids))
    return {row.public_id: row.email for row in session.execute(query)} if public_ids else {}


def _item(item: Item, owners: dict[str, str], row: ActionItem | None) -> ItemAnswer:
    return ItemAnswer(
        id=item.id,
        title=item.title,
        kind=item.kind,
        owner=owners.get(item.owner) if item.owner else None,
        team=item.team,
        due_on=item.due_on,
        tracker_url=item.tracker_url,
        state=row.state if row else ItemState.OPEN,
        closed_at=moment(row.closed_at) if row else None,
        closing_note=row.closing_note if row else None,
    )


def unmet_answers(found: Iterable[Unmet]) -> list[UnmetAnswer]:
    """Return what still stands before publication."""
    return [UnmetAnswer.model_validate(unmet_field(each)) for each in found]


def section_texts(content: Content) -> dict[Section, str]:
    """Return every section's text, empty where it was never written."""
    return {section: content.text_of(section) for section in Section}


def deadline_of(call: Call, row: IncidentRow, times: PostmortemTimes) -> Deadline | None:
    """Return the promise of a postmortem: the one that is open, or else the last; None without any.

    `times` is what became of it by now: after a preliminary one the final one is owed.
    """
    found = [
        deadline
        for deadline in deadlines(incident_value(row), call.ctx.page.limits, times)
        if deadline.kind is DeadlineKind.POSTMORTEM and row.drill is None
    ]
    still_open = [deadline for deadline in found if deadline.is_open]
    return next(reversed(still_open or found), None)


def email_of(account: Account | None) -> str | None:
    """Return the mail address of an account that may be nobody's."""
    return account.email if account else None


def sure_moment(at: datetime) -> str:
    """Return an instant that is known."""
    return moment(at) or ""
