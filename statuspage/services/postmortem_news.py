"""Telling people what a postmortem wants of them: to read it, to change it, to publish it."""

from enum import StrEnum

from statuspage.domain.postmortem import PostmortemState
from statuspage.render.staff_messages import StaffWords
from statuspage.services.context import Context
from statuspage.services.staff_messages import tell_person
from statuspage.services.telling import Obsolete, Telling, incident_link, quoted
from statuspage.store.accounts import Account
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.store.reminders import MessageKind


class News(StrEnum):
    """What somebody is told of a postmortem."""

    REVIEW = "review"
    CHANGES = "changes"
    APPROVED = "approved"


def tell_of_postmortem(ctx: Context, postmortem: Postmortem, news: News, account_id: int | None) -> None:
    """Have somebody told, once for each text and instant; nobody is told of what they did themselves."""
    if account_id is None or account_id == ctx.actor.account_id:
        return
    head = head_of(ctx.session, postmortem)
    asked_at = postmortem.review_asked_at or ctx.now
    tell_person(
        ctx,
        account_id,
        MessageKind.POSTMORTEM,
        f"{postmortem.public_id}:{news}:{head.number}:{asked_at:%Y%m%dT%H%M%S%f}",
        incident=postmortem.incident,
        details={"news": news.value, "by": ctx.actor.account_id, "digest": head.digest},
    )


def postmortem_words(telling: Telling) -> StaffWords | Obsolete:
    """Say what a postmortem wants of its reader, or that it wants it no more."""
    session, row, details = telling.ctx.session, telling.incident, telling.message.details
    postmortem = get_postmortem(session, row)
    state = postmortem.state_of(head_of(session, postmortem))
    by = session.get(Account, details["by"]) if details.get("by") else None
    return _WORDS[News(details["news"])](telling, postmortem, state, by.name if by else "Somebody")


def _review(
    telling: Telling, _postmortem: Postmortem, state: PostmortemState, by: str
) -> StaffWords | Obsolete:
    if state is not PostmortemState.IN_REVIEW:
        return Obsolete("It does not wait for a review any more.")
    name = quoted(telling.incident)
    return StaffWords(
        f"Please review the postmortem of {name}",
        (
            f"{by} asks you to read the postmortem of {name}. You have not written in it, so you may approve "
            "it, comment on it or ask for changes.",
        ),
        "Read the postmortem",
        incident_link(telling.base_url, telling.incident, "/postmortem/review"),
    )


def _changes(
    telling: Telling, _postmortem: Postmortem, state: PostmortemState, by: str
) -> StaffWords | Obsolete:
    if state is not PostmortemState.DRAFT:
        return Obsolete("It was changed and sent to review again.")
    name = quoted(telling.incident)
    return StaffWords(
        f"Changes asked for: postmortem of {name}",
        (f"{by} has read the postmortem of {name} and asks for changes. The comments say which.",),
        "Read the comments",
        incident_link(telling.base_url, telling.incident, "/postmortem/review"),
    )


def _approved(
    telling: Telling, postmortem: Postmortem, state: PostmortemState, by: str
) -> StaffWords | Obsolete:
    is_same = postmortem.approved_digest == telling.message.details["digest"]
    if state is not PostmortemState.APPROVED or not is_same:
        return Obsolete("It was published, or changed after it was approved.")
    name = quoted(telling.incident)
    return StaffWords(
        f"Approved: postmortem of {name}",
        (f"{by} has approved the postmortem of {name} as it stands. Any change takes the approval away.",),
        "Go on to publishing",
        incident_link(telling.base_url, telling.incident, "/postmortem/publish"),
    )


_WORDS = {News.REVIEW: _review, News.CHANGES: _changes, News.APPROVED: _approved}
