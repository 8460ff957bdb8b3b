"""The table of the manage API: one line says who may call what, what it takes and what it answers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from statuspage.domain.roles import SiteRole
from statuspage.web.api import (
    accounts,
    action_items,
    compliance,
    components,
    contacts,
    deadlines,
    drafts,
    drills,
    imports,
    incidents,
    inputs,
    involvement,
    learning,
    outputs,
    pages,
    postmortem_comments,
    postmortem_files,
    postmortem_items,
    postmortem_publishing,
    postmortem_review,
    postmortem_revisions,
    postmortem_templates,
    postmortem_timeline,
    postmortems,
    reminders,
    rota,
    silence,
    templates,
    timeline,
    updates,
    words,
)
from statuspage.web.api.endpoint import Endpoint, View, register
from statuspage.web.api.fields import Input

VIEWER, RESPONDER, COMMUNICATOR, ADMIN = SiteRole
_SLICE = ("page", "per_page", "limit")
_SEARCH = ("q", "impact", "component_id", "month", *_SLICE)

_PAGE = "/pages/<page_id>"
_COMPONENTS = f"{_PAGE}/components"
_GROUPS = f"{_PAGE}/component-groups"
_INCIDENTS = f"{_PAGE}/incidents"
_INCIDENT = f"{_INCIDENTS}/<incident_id>"
_UPDATES = f"{_INCIDENT}/incident_updates"
_POSTMORTEM = f"{_INCIDENT}/postmortem"


def register_all(blueprint: Blueprint) -> None:
    """Route every endpoint."""
    for endpoint in (
        *_pages(),
        *_components(),
        *_groups(),
        *_incidents(),
        *_updates(),
        *_deadlines(),
        *compliance.endpoints(_PAGE),
        *drafts.endpoints(_INCIDENT),
        *reminders.endpoints(_INCIDENT),
        *timeline.endpoints(_INCIDENT),
        *involvement.endpoints(_INCIDENT),
        *rota.endpoints(_PAGE),
        *words.endpoints(_INCIDENT),
        *silence.endpoints(_PAGE),
        *drills.endpoints(_PAGE),
        *imports.endpoints(_PAGE),
        *templates.endpoints(_PAGE),
        *_postmortems(),
        *_staff(),
    ):
        register(blueprint, endpoint)


def _pages() -> list[Endpoint]:
    answer: Any = outputs.PageAnswer
    logo = f"{_PAGE}/logo"
    return [
        Endpoint("GET", "/pages", VIEWER, "List pages", list[answer], pages.list_pages),
        Endpoint("GET", _PAGE, VIEWER, "Get a page", answer, pages.show_page),
        *_changing(_PAGE, ADMIN, "Change a page", answer, pages.change, "page", inputs.PageChange),
        Endpoint(
            "PUT", logo, ADMIN, "Set the logo", answer, pages.put_logo, "logo", inputs.LogoInput,
            prepare=pages.drawn,
        ),
        Endpoint("DELETE", logo, ADMIN, "Remove the logo", None, pages.delete_logo, status=204),
    ]  # fmt: skip


def _components() -> list[Endpoint]:
    answer: Any = outputs.ComponentAnswer
    one = f"{_COMPONENTS}/<component_id>"
    return [
        Endpoint(
            "GET",
            _COMPONENTS,
            VIEWER,
            "List components",
            list[answer],
            components.list_components,
            query=_SLICE,
        ),
        Endpoint(
            "POST",
            _COMPONENTS,
            COMMUNICATOR,
            "Add a component",
            answer,
            components.new_component,
            "component",
            inputs.ComponentCreate,
            201,
        ),
        Endpoint("GET", one, VIEWER, "Get a component", answer, components.show_component),
        *_changing(
            one,
            COMMUNICATOR,
            "Change a component, or set its state by hand",
            answer,
            components.update_component,
            "component",
            inputs.ComponentChange,
        ),
        Endpoint(
            "DELETE", one, COMMUNICATOR, "Archive a component", None, components.delete_component, status=204
        ),
        *_component_order(),
    ]


def _component_order() -> list[Endpoint]:
    path, answer = f"{_PAGE}/component-order", list[components.OrderedAnswer]
    return [
        Endpoint("GET", path, VIEWER, "Get the order of components", answer, components.show_order),
        Endpoint(
            "PUT", path, COMMUNICATOR, "Put components in order", answer, components.set_order,
            "component_order", components.OrderChange,
        ),
    ]  # fmt: skip


def _groups() -> list[Endpoint]:
    answer: Any = outputs.GroupAnswer
    one = f"{_GROUPS}/<group_id>"
    return [
        Endpoint("GET", _GROUPS, VIEWER, "List groups", list[answer], components.list_groups, query=_SLICE),
        Endpoint(
            "POST",
            _GROUPS,
            COMMUNICATOR,
            "Add a group",
            answer,
            components.new_group,
            "component_group",
            inputs.GroupCreate,
            201,
        ),
        Endpoint("GET", one, VIEWER, "Get a group", answer, components.show_group),
        *_changing(
            one,
            COMMUNICATOR,
            "Change a group",
            answer,
            components.update_group,
            "component_group",
            inputs.GroupChange,
        ),
        Endpoint("DELETE", one, COMMUNICATOR, "Remove a group", None, components.delete_group, status=204),
    ]


def _incidents() -> list[Endpoint]:
    answer: Any = outputs.IncidentAnswer
    return [
        Endpoint(
            "GET",
            _INCIDENTS,
            VIEWER,
            "List incidents",
            list[answer],
            incidents.list_incidents,
            query=("status", *_SEARCH),
        ),
        Endpoint(
            "POST",
            _INCIDENTS,
            RESPONDER,
            "Declare an incident, unannounced or with its first notice",
            answer,
            incidents.create_incident,
            "incident",
            inputs.IncidentCreate,
            201,
            prepare=incidents.with_known_channel,
        ),
        Endpoint(
            "GET",
            f"{_INCIDENTS}/unresolved",
            VIEWER,
            "List unresolved incidents",
            list[answer],
            incidents.list_unresolved,
            query=_SEARCH,
        ),
        *(
            Endpoint(
                "GET",
                f"{_INCIDENTS}/{name}",
                VIEWER,
                f"List maintenances: {name.replace('_', ' ')}",
                list[answer],
                incidents.list_maintenances,
                query=_SEARCH,
            )
            for name in ("scheduled", "upcoming", "active_maintenance")
        ),
        Endpoint("GET", _INCIDENT, VIEWER, "Get an incident", answer, incidents.show_incident),
        *_changing(
            _INCIDENT,
            RESPONDER,
            "Publish a notice, or act on an incident",
            answer,
            incidents.change_incident,
            "incident",
            inputs.IncidentChange,
            prepare=incidents.with_known_channel,
        ),
        Endpoint(
            "DELETE",
            _INCIDENT,
            RESPONDER,
            "Dismiss an unannounced incident",
            answer,
            incidents.delete_incident,
        ),
    ]


def _updates() -> list[Endpoint]:
    answer: Any = outputs.UpdateAnswer
    one = f"{_UPDATES}/<update_id>"
    return [
        Endpoint(
            "GET",
            _UPDATES,
            VIEWER,
            "List an incident's notices",
            list[answer],
            updates.list_updates,
            query=_SLICE,
        ),
        *_changing(
            one,
            RESPONDER,
            "Correct a notice, or say why it came late",
            answer,
            updates.change_update,
            "incident_update",
            inputs.UpdateChange,
        ),
        Endpoint("DELETE", one, COMMUNICATOR, "Withdraw a notice", answer, updates.delete_update),
    ]


def _deadlines() -> list[Endpoint]:
    answer: Any = list[outputs.DeadlineAnswer]
    return [
        Endpoint("GET", f"{_PAGE}/deadlines", VIEWER, "What is owed now", answer, deadlines.list_deadlines),
        Endpoint(
            "GET",
            f"{_INCIDENT}/deadlines",
            VIEWER,
            "What an incident owes and owed",
            answer,
            deadlines.list_incident_deadlines,
        ),
    ]


def _postmortems() -> list[Endpoint]:
    return [
        *postmortems.endpoints(_PAGE, _INCIDENT),
        *postmortem_files.endpoints(_POSTMORTEM),
        *postmortem_timeline.endpoints(_POSTMORTEM),
        *postmortem_items.endpoints(_POSTMORTEM),
        *postmortem_revisions.endpoints(_POSTMORTEM),
        *postmortem_review.endpoints(_POSTMORTEM),
        *postmortem_comments.endpoints(_POSTMORTEM),
        *postmortem_publishing.endpoints(_POSTMORTEM),
        *postmortem_templates.endpoints(_PAGE),
        *action_items.endpoints(_PAGE),
        *learning.endpoints(_PAGE, _POSTMORTEM),
    ]


def _staff() -> list[Endpoint]:
    return [*accounts.endpoints(_PAGE), *contacts.endpoints(_PAGE)]


def _changing(
    path: str,
    needs: SiteRole,
    summary: str,
    answer: Any,
    view: View,
    wrapper: str,
    body: type[Input],
    prepare: Callable[[Any], Any] | None = None,
) -> list[Endpoint]:
    """Return the endpoint under PATCH and, as existing clients use it, under PUT."""
    return [
        Endpoint(method, path, needs, summary, answer, view, wrapper, body, prepare=prepare)
        for method in ("PATCH", "PUT")
    ]
