"""A second person's word (rule 11): the author asks, a colleague reads and agrees."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import ConflictError, DomainError, NotFoundError, StaleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import SiteRole
from statuspage.render import words
from statuspage.services.approvals import (
    Review,
    approve_draft,
    ask_review,
    review_of,
    withdraw_approval,
    withdraw_review,
)
from statuspage.services.context import Context
from statuspage.services.drafts import digest_of, own_draft, save_draft
from statuspage.services.ready_drafts import is_theirs_to_see
from statuspage.store.components import find_components
from statuspage.store.drafts import NoticeDraft, drafts_of_incident, get_draft
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import preview_of, retargeted
from statuspage.web.console.composing import FINAL_PREFIX, STATE_PREFIX, Errors, Fields, fields_of
from statuspage.web.console.home import digest_of as digest_of_part
from statuspage.web.console.home import if_changed
from statuspage.web.console.screens import acting, common, done, looking, person_of, screen
from statuspage.web.console.wording import STATUS_WORDS
from statuspage.web.security import allow


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page that looks for news by itself."""

    html: Markup
    digest: str


@dataclass(frozen=True, slots=True)
class SharedDraft:
    """A colleague's draft as others read it: what it says besides its text, and what they may do with it."""

    draft: NoticeDraft
    lines: tuple[str, ...]
    review: Review | None
    seen: str
    may_approve: bool
    may_take_back: bool

    @property
    def is_asking(self) -> bool:
        """Return whether its author waits for somebody's approval."""
        review = self.review
        return review is not None and review.asked_at is not None and review.approved_by is None


def review_part(ctx: Context, row: IncidentRow, draft: NoticeDraft | None) -> Part | None:
    """Return where the author's own draft stands, None where nobody is asked."""
    ctx = ctx.at_time_of(row)
    review = review_of(ctx, row, draft)
    if review is None:
        return None
    html = render_template(
        "console/review_state.html", review=review, row=row, person=person_of(ctx), **common(ctx)
    )
    return Part(Markup(html), digest_of_part(html))  # noqa: S704 - our own template


def shared_drafts(ctx: Context, row: IncidentRow) -> list[SharedDraft]:
    """Return the drafts of everybody else at the incident; a drill's only to who takes part."""
    if not is_theirs_to_see(ctx, row):
        return []
    return [
        shared(ctx, row, draft)
        for draft in drafts_of_incident(ctx.session, row.id)
        if draft.author_id != ctx.actor.account_id
    ]


def shared(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> SharedDraft:
    """Return a draft as others read it."""
    review = review_of(ctx, row, draft)
    is_reviewer = ctx.actor.role.reaches(SiteRole.COMMUNICATOR) and draft.author_id != ctx.actor.account_id
    is_mine = draft.approved_by_id == ctx.actor.account_id or ctx.actor.role.reaches(SiteRole.ADMIN)
    return SharedDraft(
        draft,
        tuple(_lines(ctx, draft.fields)),
        review,
        digest_of(draft.fields),
        may_approve=is_reviewer and review is not None and review.approved_by is None,
        may_take_back=is_reviewer and is_mine and review is not None and review.approved_by is not None,
    )


@blueprint.get("/incidents/<incident_id>/review")
@allow(SiteRole.RESPONDER)
def review_state(incident_id: str) -> Response:
    """Answer whether the own draft stands where it stood."""
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        part = review_part(ctx, row, own_draft(ctx, row))
        return if_changed(part.html if part else "")


@blueprint.post("/incidents/<incident_id>/review")
@allow(SiteRole.RESPONDER)
def review(incident_id: str) -> AnyResponse:
    """Ask for approval of what stands in the composer, or take the question back."""
    from statuspage.web.console.incident import show_incident

    fields = fields_of(request.form)
    try:
        with acting() as ctx:
            row = get_incident(ctx.session, incident_id)
            draft = save_draft(ctx, row, fields)
            if request.form.get("act") == "take_back":
                withdraw_review(ctx, row, draft)
                message = "Nobody is asked any more."
            else:
                ask_review(ctx, row, draft)
                message = "Your colleagues are asked for approval."
    except DomainError as error:
        return retargeted(show_incident(incident_id, fields, Errors.of(error, fields)))
    return done(f"/console/incidents/{incident_id}", message)


@blueprint.get("/incidents/<incident_id>/drafts/<draft_id>")
@allow(SiteRole.VIEWER)
def draft(incident_id: str, draft_id: str) -> Response:
    """Show a colleague's draft as customers would read it, with what is needed to agree to it."""
    return draft_page(incident_id, draft_id)


@blueprint.post("/incidents/<incident_id>/drafts/<draft_id>")
@allow(SiteRole.COMMUNICATOR)
def decide(incident_id: str, draft_id: str) -> AnyResponse:
    """Approve a colleague's draft, or take the approval back."""
    try:
        with acting() as ctx:
            row = get_incident(ctx.session, incident_id)
            found = get_draft(ctx.session, row.id, draft_id)
            author = found.author.name
            if request.form.get("act") == "take_back":
                withdraw_approval(ctx, row, found)
                message = "Your approval is taken back."
            else:
                approve_draft(ctx, row, found, request.form.get("seen", ""))
                message = f"Approved. {author} may publish it as it stands."
    except NotFoundError:
        return done(f"/console/incidents/{incident_id}", "That draft is gone: it was published or discarded.")
    except (ConflictError, StaleError) as error:
        return draft_page(incident_id, draft_id, error)
    return done(f"/console/incidents/{incident_id}", message)


def draft_page(incident_id: str, draft_id: str, refusal: DomainError | None = None) -> Response:
    """Return a draft as customers would read it, with what kept an act on it from being done."""
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        fields = dict(get_draft(ctx.session, row.id, draft_id).fields)
        if not is_theirs_to_see(ctx, row):
            raise NotFoundError("not_found", "This incident has no such draft.")
    preview, trouble = preview_of(incident_id, fields)
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        one = shared(ctx, row, get_draft(ctx.session, row.id, draft_id))
        return screen(
            ctx,
            "draft.html",
            title=f"A draft by {one.draft.author.name}: {row.name}",
            section="incidents",
            status=409 if refusal else 200,
            row=row,
            one=one,
            preview_html=preview,
            trouble=trouble,
            refusal=refusal,
        )


def _lines(ctx: Context, fields: Fields) -> Iterator[str]:
    """Say all that would go out besides the text, for an approval holds for all of it."""
    status = str(fields.get("status") or "")
    if status in set(IncidentStatus):
        yield f"Status: {STATUS_WORDS[IncidentStatus(status)]}"
    prefix = FINAL_PREFIX if status == "resolved" else STATE_PREFIX
    states = {name.removeprefix(prefix): state for name, state in fields.items() if name.startswith(prefix)}
    for public_id, component in find_components(ctx.session, states).items():
        if states[public_id]:
            yield f"{component.name}: {words.STATE_WORDS.get(states[public_id], states[public_id])}"
    if status != "resolved":
        yield from _promise(fields)
    for name, said in _MARKS:
        if fields.get(name):
            yield said.format(str(fields[name]).replace("T", " "))


def _promise(fields: Fields) -> Iterator[str]:
    chosen = str(fields.get("promise") or "")
    if chosen == "at":
        yield f"Next update by {fields.get('next_update_by') or '…'}"
    elif chosen.isdecimal():
        yield f"Next update within {chosen} min of publishing"


_MARKS = (
    ("no_change", "Marked “no material change”"),
    ("false_alarm", "Says that it was a false alarm"),
    ("restored_at", "Service was back at {}"),
    ("mitigated_at", "Mitigated at {}"),
    ("impact_override", "Impact set to {}"),
    ("quiet", "Nobody is notified"),
)
