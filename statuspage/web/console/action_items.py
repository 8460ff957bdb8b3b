"""Action items: the board over all postmortems, and the page on which one of them is followed up."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import without_forbidden
from statuspage.render.words import ITEM_KIND_WORDS
from statuspage.render.zone import full_day, short_day
from statuspage.services.action_board import (
    Followed,
    Show,
    Wanted,
    board,
    followed,
    history_of,
    name_of_incident,
    today_of,
)
from statuspage.services.action_items import close_item, hand_over_item, is_in_text, move_item, reopen_item
from statuspage.services.context import Context
from statuspage.store.accounts import Account, account_with_id, all_accounts
from statuspage.store.action_items import ActionItem, get_item
from statuspage.web.console.action_item_words import (
    GROUP_WORDS,
    SHOW_WORDS,
    when_due,
    words_of_act,
)
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields, fields_of
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

HERE = "/console/action-items"
MINE = "me"
PER_PAGE = 50
_FILTERS = ("show", "owner", "team", "kind", "incident", "group")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board was asked for, as it stands in the address. What makes no sense filters nothing."""

    show: str = Show.OPEN
    owner: str = ""
    team: str = ""
    kind: str = ""
    incident: str = ""
    group: str = ""
    page: int = 1

    @classmethod
    def now(cls) -> "Asked":
        """Return what the request asks."""
        args = request.args
        given = {name: without_forbidden(args.get(name, "")).strip()[:255] for name in _FILTERS}
        number = args.get("page", "1")
        page = int(number) if number.isdecimal() and len(number) < 7 else 1
        known: Mapping[str, set[Any]] = {"show": set(Show), "group": set(GROUP_WORDS), "kind": set(ItemKind)}
        kept = {name: text for name, text in given.items() if text and text in known.get(name, {text})}
        return cls(**kept, page=max(page, 1))

    def wanted(self, me: str) -> Wanted:
        """Return it as the service takes it; `me` is the public id of who asks."""
        return Wanted(
            show=Show(self.show),
            owner=me if self.owner == MINE else self.owner,
            team=self.team,
            kind=ItemKind(self.kind) if self.kind else None,
            incident=self.incident,
        )

    def address(self, **changes: Any) -> str:
        """Return the address of the same board with something else asked."""
        other = replace(self, **{"page": 1, **changes})
        asked = {name: str(getattr(other, name)) for name in _FILTERS if getattr(other, name)}
        if other.show == Show.OPEN:
            del asked["show"]
        if other.page > 1:
            asked["page"] = str(other.page)
        return HERE + (f"?{urlencode(asked)}" if asked else "")

    @property
    def is_filtered(self) -> bool:
        """Return whether anything beside the state narrows the board."""
        return bool(self.owner or self.team or self.kind or self.incident)


@blueprint.get("/action-items")
@allow(SiteRole.VIEWER)
def action_items() -> Response:
    """Show the board."""
    asked = Asked.now()
    with looking() as ctx:
        me = _me(ctx)
        found = board(ctx, asked.wanted(me))
        pages = max(1, -(-len(found.items) // PER_PAGE))
        page = min(asked.page, pages)
        shown = found.items[(page - 1) * PER_PAGE : page * PER_PAGE]
        return screen(
            ctx,
            "action_items.html",
            title="Action items",
            section="postmortems",
            board=found,
            asked=asked,
            me=me,
            team_options=[(team, team) for team in found.teams],
            groups=list(_grouped(shown, asked.group)),
            pages=pages,
            page_number=page,
            SHOW_WORDS=SHOW_WORDS,
            GROUP_WORDS=GROUP_WORDS,
            **_words(ctx),
        )


@blueprint.get("/action-items/<item_id>")
@allow(SiteRole.VIEWER)
def action_item(item_id: str) -> Response:
    """Show one item, what was done with it, and what can be done."""
    return _item_page(item_id)


@blueprint.post("/action-items/<item_id>/<any(close,reopen,hand_over,move):act>")
@allow(SiteRole.VIEWER)
def follow_up(item_id: str, act: str) -> AnyResponse:
    """Close an item, reopen it, hand it over or move it. Its owner may, whatever their role."""
    fields = fields_of(request.form)
    verb, message = _ACTS[act]
    version = request.form.get("version", "")
    try:
        with acting() as ctx:
            verb(ctx, get_item(ctx.session, item_id), fields, int(version) if version.isdecimal() else None)
    except DomainError as error:
        return _item_page(item_id, act, fields, Errors.of(error, fields))
    return done(f"{HERE}/{item_id}", message)


def _close(ctx: Context, item: ActionItem, fields: Fields, version: int | None) -> None:
    state = ItemState.DROPPED if fields.get("state") == ItemState.DROPPED else ItemState.DONE
    close_item(ctx, item, fields.get("note", ""), state=state, version=version)


def _reopen(ctx: Context, item: ActionItem, fields: Fields, version: int | None) -> None:
    reopen_item(ctx, item, fields.get("note", ""), version=version)


def _hand_over(ctx: Context, item: ActionItem, fields: Fields, version: int | None) -> None:
    account = account_with_id(ctx.session, fields.get("owner", ""))
    if account is None:
        raise RuleError("unknown_account", "Choose somebody.", "owner")
    hand_over_item(ctx, item, account, version=version)


def _move(ctx: Context, item: ActionItem, fields: Fields, version: int | None) -> None:
    try:
        due_on = date.fromisoformat(fields.get("due_on", ""))
    except ValueError:
        raise RuleError("invalid", "Choose a day.", "due_on") from None
    move_item(ctx, item, due_on, fields.get("reason", ""), version=version)


_Act = Callable[[Context, ActionItem, Fields, int | None], None]
_ACTS: Mapping[str, tuple[_Act, str]] = {
    "close": (_close, "Closed. The note stays with it."),
    "reopen": (_reopen, "It is open again."),
    "hand_over": (_hand_over, "Handed over."),
    "move": (_move, "The day is moved."),
}


def _item_page(
    item_id: str, act: str = "", fields: Fields | None = None, errors: Errors | None = None
) -> Response:
    with looking() as ctx:
        item = get_item(ctx.session, item_id)
        row = followed(ctx, item, name_of_incident(ctx, item))
        return screen(
            ctx,
            "action_item.html",
            title=item.title,
            section="postmortems",
            status=422 if errors else 200,
            one=row,
            item=item,
            history=history_of(ctx, item),
            accounts=_active(ctx),
            is_in_text=is_in_text(item),
            refused_act=act,
            fields=dict(fields or {}),
            errors=errors or Errors.none(),
            words_of_act=words_of_act,
            **_words(ctx),
        )


def _words(ctx: Context) -> dict[str, Any]:
    today = today_of(ctx)
    return {
        "when_due": when_due,
        "day_words": lambda day: short_day(day) if day.year == today.year else full_day(day),
    }


def _active(ctx: Context) -> list[Account]:
    accounts = (account for account in all_accounts(ctx.session) if account.disabled_at is None)
    return sorted(accounts, key=lambda account: account.name.casefold())


def _me(ctx: Context) -> str:
    account = ctx.session.get(Account, ctx.actor.account_id) if ctx.actor.account_id else None
    return account.public_id if account else ""


def _grouped(items: Iterable[Followed], group: str) -> Iterator[tuple[str, list[Followed]]]:
    """Yield the items under their headings, each in the order of the board; one group where none is asked."""
    names: Mapping[str, Callable[[Followed], str]] = {
        "owner": lambda each: each.item.owner.name if each.item.owner else "Nobody",
        "team": lambda each: each.item.team or "No team",
        "kind": lambda each: ITEM_KIND_WORDS[each.item.kind],
        "incident": lambda each: each.incident.name,
    }
    if group not in names:
        yield "", list(items)
        return
    # Two incidents may have one name, and two people.
    keys: Mapping[str, Callable[[Followed], object]] = {
        "owner": lambda each: each.item.owner_id or 0,
        "incident": lambda each: each.incident.id,
    }
    key = keys.get(group, names[group])
    ordered = sorted(items, key=lambda each: (names[group](each).casefold(), str(key(each))))
    for _, members in groupby(ordered, key=key):
        found = list(members)
        yield names[group](found[0]), found
