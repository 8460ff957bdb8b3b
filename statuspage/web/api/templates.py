"""Notice templates, in the shape of Statuspage's incident templates, with what our notices need on top."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import RuleError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import TITLE_LIMIT
from statuspage.render.v2 import moment
from statuspage.services.notice_templates import (
    TemplateFields,
    archive_template,
    change_template,
    create_template,
    move_template,
    suggested_states,
)
from statuspage.store.components import find_components
from statuspage.store.notice_templates import NoticeTemplate, all_templates, get_template
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output
from statuspage.web.api.inputs import Message, Position, Runbook, States, Title
from statuspage.web.api.lists import asked_words, one_page_of
from statuspage.web.api.outputs import ComponentAnswer

OptionalTitle = Annotated[str, Field(json_schema_extra={"maxLength": TITLE_LIMIT})]


class TemplateFieldsInput(Input):
    """What a template says; null for `update_status` or `impact` means that any will do."""

    title: OptionalTitle | None = None
    kind: NoticeKind | None = None
    update_status: IncidentStatus | None = None
    impact: Impact | None = None
    false_alarm: bool | None = None
    components: States | None = None
    runbook_url: Runbook | None = None
    position: Position | None = None


class TemplateCreate(TemplateFieldsInput):
    """A new template. Without a `kind` a title makes it one for the first notice."""

    name: Title
    body: Message


class TemplateChange(TemplateFieldsInput):
    """A change of a template."""

    name: Title | None = None
    body: Message | None = None


class TemplateAnswer(Output):
    """A template. `states` are what it suggests for `components`; `position` counts within its kind."""

    id: Id
    name: str
    title: str | None
    body: str
    group_id: None
    update_status: IncidentStatus | None
    should_tweet: bool
    should_send_notifications: bool
    components: list[ComponentAnswer]
    states: dict[str, ComponentState]
    kind: NoticeKind
    impact: Impact | None
    false_alarm: bool
    runbook_url: str | None
    position: int
    version: int
    created_at: Moment
    updated_at: Moment


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, answer, writer = f"{page}/incident_templates", TemplateAnswer, SiteRole.COMMUNICATOR
    one = f"{path}/<template_id>"
    some: Any = list[TemplateAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List notice templates", some, list_templates,
            query=("q", "page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", path, writer, "Add a notice template", answer, new_template, "template", TemplateCreate,
            201,
        ),
        Endpoint("GET", one, SiteRole.VIEWER, "Get a notice template", answer, show_template),
        *(
            Endpoint(
                method, one, writer, "Change a notice template", answer, update_template, "template",
                TemplateChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint("DELETE", one, writer, "Take a notice template away", None, delete_template, status=204),
    ]  # fmt: skip


def list_templates(call: Call) -> list[TemplateAnswer]:
    """Return the templates by kind, each kind in the site's order; `q` looks into names, titles and texts."""
    words = asked_words().casefold()
    kinds = list(NoticeKind)
    found = sorted(
        (one for one in all_templates(call.session) if words in _searched(one)),
        key=lambda one: kinds.index(one.kind),
    )
    return [_answer(call, one) for one in one_page_of(found)]


def new_template(call: Call, body: TemplateCreate) -> TemplateAnswer:
    """Add a template."""
    template = create_template(call.ctx, _fields(call, body))
    _place(call, template, body)
    return _answer(call, template)


def show_template(call: Call, template_id: str) -> TemplateAnswer:
    """Return a template."""
    return _answer(call, get_template(call.session, template_id))


def update_template(call: Call, body: TemplateChange, template_id: str) -> TemplateAnswer:
    """Change a template; with `If-Match`, that version of it alone."""
    template = get_template(call.session, template_id)
    change_template(call.ctx, template, _fields(call, body), call.seen.version)
    _place(call, template, body)
    return _answer(call, template)


def delete_template(call: Call, template_id: str) -> None:
    """Take a template away."""
    archive_template(call.ctx, get_template(call.session, template_id))


def _searched(template: NoticeTemplate) -> str:
    return f"{template.name}\n{template.title or ''}\n{template.body}".casefold()


def _fields(call: Call, body: TemplateCreate | TemplateChange) -> TemplateFields:
    if body.has("components") and body.components is None:
        raise RuleError("invalid", "Send {} where the template suggests nothing.", "components")
    return TemplateFields(
        name=UNSET if body.name is None else body.name,
        kind=_kind(body),
        status=body.update_status if body.has("update_status") else UNSET,
        impact=body.impact if body.has("impact") else UNSET,
        is_false_alarm=UNSET if body.false_alarm is None else body.false_alarm,
        title=body.title if body.has("title") else UNSET,
        body=UNSET if call.text is None else call.text,
        states=UNSET if body.components is None else body.components,
        runbook_url=body.runbook_url if body.has("runbook_url") else UNSET,
    )


def _kind(body: TemplateCreate | TemplateChange) -> NoticeKind | Unset:
    if body.kind is not None or isinstance(body, TemplateChange):
        return UNSET if body.kind is None else body.kind
    if body.title:
        return NoticeKind.INITIAL
    is_end = body.update_status is IncidentStatus.RESOLVED
    return NoticeKind.RESOLUTION if is_end else NoticeKind.UPDATE


def _place(call: Call, template: NoticeTemplate, body: TemplateFieldsInput) -> None:
    if body.position is not None:
        move_template(call.ctx, template, max(body.position - 1, 0))


def _answer(call: Call, template: NoticeTemplate) -> TemplateAnswer:
    kin = [one for one in all_templates(call.session) if one.kind is template.kind]
    states = suggested_states(call.session, template)
    components = find_components(call.session, states).values()
    return TemplateAnswer(
        id=template.public_id,
        name=template.name,
        title=template.title,
        body=template.body,
        group_id=None,
        update_status=template.status,
        should_tweet=False,
        should_send_notifications=True,
        components=[call.answers.component(component) for component in components],
        states=states,
        kind=template.kind,
        impact=template.impact,
        false_alarm=template.is_false_alarm,
        runbook_url=template.runbook_url,
        position=kin.index(template) + 1,
        version=template.version,
        created_at=moment(template.created_at),
        updated_at=moment(template.updated_at),
    )
