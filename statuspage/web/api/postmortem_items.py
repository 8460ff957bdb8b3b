"""The action items of a postmortem, as its text has them."""

from dataclasses import replace
from typing import Any

from statuspage.domain.errors import NotFoundError
from statuspage.domain.postmortem import Content, Item
from statuspage.domain.roles import SiteRole
from statuspage.store.action_items import rows_by_id
from statuspage.store.postmortems import Postmortem, head_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.postmortem_outputs import ItemAnswer, item_answers
from statuspage.web.api.postmortem_texts import (
    ItemChange,
    ItemCreate,
    new_item,
    owner_key,
    save,
    the_postmortem,
)


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    path, responder, answer = f"{postmortem}/action_items", SiteRole.RESPONDER, ItemAnswer
    one = f"{path}/<item_id>"
    some: Any = list[ItemAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List a postmortem's action items", some, list_items,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", path, responder, "Add an action item", answer, add_item, "action_item", ItemCreate, 201
        ),
        Endpoint(
            "PATCH", one, responder, "Change what the text says of an action item", answer, change_item,
            "action_item", ItemChange,
        ),
        Endpoint("DELETE", one, responder, "Remove an action item", None, delete_item, status=204),
    ]  # fmt: skip


def list_items(call: Call, incident_id: str) -> list[ItemAnswer]:
    """Return the action items in their order."""
    _, postmortem = the_postmortem(call, incident_id)
    items = one_page_of(head_of(call.session, postmortem).value.items)
    return item_answers(call.session, items, rows_by_id(call.session, postmortem))


def add_item(call: Call, body: ItemCreate, incident_id: str) -> ItemAnswer:
    """Add an action item at the end of the list."""
    _, postmortem = the_postmortem(call, incident_id)
    item = new_item(call, body)
    saved = save(call, postmortem, lambda text: replace(text, items=(*text.items, item)))
    return _answer(call, postmortem, _item(saved.value, item.id))


def change_item(call: Call, body: ItemChange, incident_id: str, item_id: str) -> ItemAnswer:
    """Change what the text says of an action item; following it up happens at the page's `action_items`."""
    _, postmortem = the_postmortem(call, incident_id)

    def change(text: Content) -> Content:
        new = _changed(call, _item(text, item_id), body)
        return replace(text, items=tuple(new if one.id == item_id else one for one in text.items))

    saved = save(call, postmortem, change, body.last_revision)
    return _answer(call, postmortem, _item(saved.value, item_id))


def delete_item(call: Call, incident_id: str, item_id: str) -> None:
    """Take an action item out of the text; older revisions keep it."""
    _, postmortem = the_postmortem(call, incident_id)

    def change(text: Content) -> Content:
        gone = _item(text, item_id)
        return replace(text, items=tuple(one for one in text.items if one is not gone))

    save(call, postmortem, change)


def _changed(call: Call, item: Item, body: ItemChange) -> Item:
    return replace(
        item,
        title=item.title if body.title is None else body.title,
        kind=item.kind if body.kind is None else body.kind,
        owner=owner_key(call, body.owner) if body.has("owner") else item.owner,
        team=item.team if body.team is None else body.team,
        due_on=body.due_on if body.has("due_on") else item.due_on,
        tracker_url=body.tracker_url if body.has("tracker_url") else item.tracker_url,
    )


def _answer(call: Call, postmortem: Postmortem, item: Item) -> ItemAnswer:
    return item_answers(call.session, [item], rows_by_id(call.session, postmortem))[0]


def _item(content: Content, item_id: str) -> Item:
    for item in content.items:
        if item.id == item_id:
            return item
    raise NotFoundError("not_found", "This postmortem has no such action item.")
