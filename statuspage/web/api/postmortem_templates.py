"""What a new postmortem asks in its sections, by impact."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.component import Impact
from statuspage.domain.postmortem import Section
from statuspage.domain.postmortem_prompts import PROMPT_LIMIT
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.postmortem_templates import (
    change_postmortem_template,
    prompts_for,
    reset_postmortem_template,
)
from statuspage.store.postmortems import PostmortemTemplate, templates
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Input, Moment, Output

Prompt = Annotated[str, Field(json_schema_extra={"maxLength": PROMPT_LIMIT})]


class PromptsInput(Input):
    """What a section asks before anybody has written in it; sections that are left out ask nothing."""

    sections: dict[Section, Prompt]


class PromptsAnswer(Output):
    """What a new postmortem of that impact asks. `is_changed` tells the site's own questions from the
    built-in ones; `version` is 0 for what was never changed."""

    impact: Impact
    sections: dict[Section, str]
    is_changed: bool
    version: int
    updated_at: Moment | None


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, admin, answer = f"{page}/postmortem_templates", SiteRole.ADMIN, PromptsAnswer
    one = f"{path}/<impact>"
    some: Any = list[PromptsAnswer]
    return [
        Endpoint("GET", path, SiteRole.VIEWER, "List what postmortems ask", some, list_templates),
        Endpoint("GET", one, SiteRole.VIEWER, "Get what postmortems of an impact ask", answer, show_template),
        *(
            Endpoint(
                method, one, admin, "Change what postmortems of an impact ask", answer, change_template,
                "postmortem_template", PromptsInput,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint("DELETE", one, admin, "Ask the built-in questions again", answer, reset_template),
    ]  # fmt: skip


def list_templates(call: Call) -> list[PromptsAnswer]:
    """Return what new postmortems ask, for each impact, the least first."""
    return [_answer(call, impact) for impact in Impact]


def show_template(call: Call, impact: str) -> PromptsAnswer:
    """Return what new postmortems of that impact ask."""
    return _answer(call, Impact(impact))


def change_template(call: Call, body: PromptsInput, impact: str) -> PromptsAnswer:
    """Have new postmortems of that impact ask this; with `If-Match`, in place of that version alone."""
    change_postmortem_template(call.ctx, Impact(impact), body.sections, call.seen.version)
    return _answer(call, Impact(impact))


def reset_template(call: Call, impact: str) -> PromptsAnswer:
    """Have new postmortems of that impact ask what the product asks."""
    reset_postmortem_template(call.ctx, Impact(impact))
    return _answer(call, Impact(impact))


def _answer(call: Call, impact: Impact) -> PromptsAnswer:
    own: PostmortemTemplate | None = templates(call.session).get(impact)
    asked = prompts_for(call.session, impact)
    is_changed = own is not None and own.is_changed
    return PromptsAnswer(
        impact=impact,
        sections={section: asked.get(section, "") for section in Section},
        is_changed=is_changed,
        version=own.version if own else 0,
        updated_at=moment(own.updated_at) if own and is_changed else None,
    )
