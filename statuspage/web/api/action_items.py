"""Action items over all postmortems, as they are followed up."""

from datetime import date
from typing import Any

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.action_board import Followed, Show, Wanted, board, followed, name_of_incident
from statuspage.services.action_items import close_item, hand_over_item, move_item, reopen_item
from statuspage.store.action_items import ActionItem, get_item
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Day, Id, Input, Moment, Output, ShortText
from statuspage.web.api.lists import asked_choice, asked_flag, asked_text, one_page_of
from statuspage.web.api.postmortem_outputs import email_of, sure_moment
from statuspage.web.api.postmortem_texts import Email, account_named


class FollowUp(Input):
    """What becomes of an action item: closed as `done` or `dropped` with a `note` that says how, opened
    again, handed to another `owner`, or moved to another day; what was published moves with a `reason`."""

    state: ItemState | None = None
    note: ShortText | None = None
    owner: Email | None = None
    due_on: Day | None = None
    reason: ShortText | None = None


class FollowedItem(Output):
    """An action item as it is followed up, by the page's calendar. People are mail addresses."""

    id: Id
    incident_id: Id
    incident_name: str
    title: str
    kind: ItemKind
    owner: str | None
    team: str
    due_on: date | None
    tracker_url: str | None
    state: ItemState
    is_overdue: bool
    days_left: int | None
    age_days: int
    is_published: bool
    created_at: Moment
    closed_at: Moment | None
    closed_by: str | None
    closing_note: str | None
    version: int


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, viewer, answer = f"{page}/action_items", SiteRole.VIEWER, FollowedItem
    one = f"{path}/<item_id>"
    some: Any = list[FollowedItem]
    return [
        Endpoint(
            "GET", path, viewer, "List action items over all postmortems", some, list_items,
            query=("item_state", "overdue", "owner", "team", "page", "per_page", "limit"),
        ),
        Endpoint("GET", one, viewer, "Get an action item", answer, show_item),
        Endpoint(
            "PATCH", one, SiteRole.RESPONDER, "Follow up an action item", answer, follow_up, "action_item",
            FollowUp,
        ),
    ]  # fmt: skip


def list_items(call: Call) -> list[FollowedItem]:
    """Return action items, overdue ones first, then by day, those closed last; `owner` is a mail address."""
    state, is_overdue = asked_choice("state", ItemState), asked_flag("overdue")
    owner, team = asked_text("owner"), asked_text("team")
    found = [
        each
        for each in board(call.ctx, Wanted(show=Show.ALL, team=team or "")).items
        if state in {None, each.item.state}
        and is_overdue in {None, each.is_overdue}
        and (owner is None or email_of(each.item.owner) == owner.lower())
    ]
    return [_answer(each) for each in one_page_of(found)]


def show_item(call: Call, item_id: str) -> FollowedItem:
    """Return one action item."""
    return _now(call, get_item(call.session, item_id))


def follow_up(call: Call, body: FollowUp, item_id: str) -> FollowedItem:
    """Close, reopen, hand over or move an action item; with `If-Match`, that version of it alone."""
    item, version = get_item(call.session, item_id), call.seen.version
    if body.state is ItemState.OPEN:
        reopen_item(call.ctx, item, body.note or "", version=version)
        version = None
    if body.owner is not None:
        hand_over_item(call.ctx, item, account_named(call, body.owner, "owner"), version=version)
        version = None
    if body.due_on is not None:
        move_item(call.ctx, item, body.due_on, body.reason or body.note or "", version=version)
        version = None
    if body.state in {ItemState.DONE, ItemState.DROPPED}:
        close_item(call.ctx, item, body.note or "", state=body.state, version=version)
    call.session.flush()
    call.session.refresh(item)
    return _now(call, item)


def _now(call: Call, item: ActionItem) -> FollowedItem:
    return _answer(followed(call.ctx, item, name_of_incident(call.ctx, item)))


def _answer(each: Followed) -> FollowedItem:
    item = each.item
    return FollowedItem(
        id=item.public_id,
        incident_id=each.incident.id,
        incident_name=each.incident.name,
        title=item.title,
        kind=item.kind,
        owner=email_of(item.owner),
        team=item.team,
        due_on=item.due_on,
        tracker_url=item.tracker_url,
        state=item.state,
        is_overdue=each.is_overdue,
        days_left=each.days_left,
        age_days=each.age_days,
        is_published=each.is_published,
        created_at=sure_moment(item.created_at),
        closed_at=moment(item.closed_at),
        closed_by=email_of(item.closed_by),
        closing_note=item.closing_note,
        version=item.version,
    )
