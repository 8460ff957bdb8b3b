"""The review of a postmortem: read it as customers will, talk about its parts, agree to exactly its text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.blame_check import accept_finding
from statuspage.services.context import Context
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.postmortem_comments import find_comment
from statuspage.services.postmortem_review import (
    add_comment,
    approve_postmortem,
    ask_for_changes,
    ask_review,
    resolve_comment,
    take_back_review,
    withdraw_approval,
)
from statuspage.store.accounts import Account, account_with_id
from statuspage.store.postmortems import Postmortem
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.postmortem_desk import address_of
from statuspage.web.console.postmortem_editor import found
from statuspage.web.console.postmortem_reader import read_aloud, review_values
from statuspage.web.console.refusals import shown_refusal, status_for
from statuspage.web.console.screens import acting, done, go_to, looking, screen
from statuspage.web.security import allow

_REVIEW = "/incidents/<incident_id>/postmortem/review"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept an act from being done, and at which of the page's forms."""

    error: DomainError
    act: str
    typed: Mapping[str, str]

    def typed_in(self, act: str, name: str) -> str:
        """Return what was typed into that form's field, empty for all other forms."""
        return self.typed.get(name, "") if act == self.act else ""


@blueprint.get(_REVIEW)
@allow(SiteRole.VIEWER)
def postmortem_review(incident_id: str) -> Response:
    """Show the text as customers will read it, with what is said of it and what still is missing."""
    return show_review(incident_id)


@blueprint.post(_REVIEW)
@allow(SiteRole.RESPONDER)
def review_postmortem(incident_id: str) -> AnyResponse:
    """Carry out one act of the review, once; where it is refused, show the page with the reason."""
    act = request.form.get("act", "")
    verb, message, anchor = _ACTS.get(act.partition(":")[0], (_unknown, "", ""))
    location = f"{address_of(incident_id)}/review{anchor.format(part=request.form.get('part', ''))}"
    try:
        with acting() as ctx:
            known = sent_before(ctx, request.form.get("form_key", ""))
            if known:
                return go_to(known)
            verb(ctx, found(ctx, incident_id)[1])
            note_sent(ctx, request.form.get("form_key", ""), location)
    except DomainError as error:
        return show_review(incident_id, Trouble(shown_refusal(error), act, request.form))
    return done(location, message)


def show_review(incident_id: str, trouble: Trouble | None = None) -> Response:
    """Return the page of the review."""
    seen = request.form.get("digest") if trouble and trouble.error.code == "stale_approval" else None
    document = read_aloud(incident_id)
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        return screen(
            ctx,
            "postmortem_review.html",
            title=f"Review of the postmortem: {row.name}",
            section="postmortems",
            status=status_for(trouble.error if trouble else None),
            trouble=trouble,
            **review_values(ctx, row, postmortem, document, seen),
        )


def _ask(ctx: Context, postmortem: Postmortem) -> None:
    asked = [_account(ctx, key) for key in request.form.getlist("reviewers")]
    ask_review(ctx, postmortem, asked)


def _account(ctx: Context, public_id: str) -> Account:
    account = account_with_id(ctx.session, public_id)
    if account is None:
        raise RuleError("invalid", "Choose one of those offered.", "reviewers")
    return account


def _approve(ctx: Context, postmortem: Postmortem) -> None:
    approve_postmortem(ctx, postmortem, request.form.get("digest", ""))


def _change(ctx: Context, postmortem: Postmortem) -> None:
    ask_for_changes(ctx, postmortem, request.form.get("part", ""), request.form.get("body", ""))


def _comment(ctx: Context, postmortem: Postmortem) -> None:
    add_comment(ctx, postmortem, request.form.get("part", ""), request.form.get("body", ""))


def _resolve(ctx: Context, postmortem: Postmortem) -> None:
    resolve_comment(ctx, postmortem, find_comment(ctx, postmortem, request.form.get("comment", "")))


def _accept(ctx: Context, postmortem: Postmortem) -> None:
    form = request.form
    accept_finding(
        ctx, postmortem, form.get("rule", ""), _unix(form.get("sentence", "")), form.get("reason", "")
    )


def _unix(text: str) -> str:
    """A form sends its line ends as CR LF."""
    return text.replace("\r\n", "\n")


def _unknown(_ctx: Context, _postmortem: Postmortem) -> None:
    raise RuleError("invalid", "Press one of the buttons on the page.")


_ACTS: Mapping[str, tuple[Callable[[Context, Postmortem], None], str, str]] = {
    "ask": (_ask, "The review is asked for. Whoever you named is told.", ""),
    "take_back": (take_back_review, "Taken back. It can be written on.", ""),
    "approve": (_approve, "Approved, exactly as it stands.", ""),
    "withdraw": (withdraw_approval, "Your approval is taken back.", ""),
    "changes": (_change, "Sent back to its authors with your comment.", ""),
    "comment": (_comment, "Your comment is there.", "#part-{part}"),
    "resolve": (_resolve, "Resolved.", "#part-{part}"),
    "accept": (_accept, "Accepted; your reason stands beside it.", "#part-{part}"),
}
