"""A postmortem goes out through its gate, is taken back, or shown to whoever has a link."""

from typing import Any

from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.postmortem_html import RenderedPostmortem, render_postmortem
from statuspage.services.postmortem_links import get_link, is_usable, make_link, revoke_link
from statuspage.services.postmortem_templates import all_prompts
from statuspage.services.publish_postmortem import publish_postmortem, unpublish_postmortem
from statuspage.services.tokens import digest_of
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import PostmortemLink, get_postmortem, head_of, links_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Instant, Moment, Output, ShortText
from statuspage.web.api.inputs import Title
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.postmortem_outputs import email_of, sure_moment
from statuspage.web.api.postmortem_texts import the_postmortem
from statuspage.web.api.postmortem_whole import PostmortemWithText, postmortem_answer
from statuspage.web.console.screens import looking
from statuspage.web.security import adapters

NO_REASON = "Taken back over the API, without a reason."


class PublishInput(Input):
    """Who may read it, and whether subscribers are told. Without `visibility` it is what it was: at first
    `public`."""

    notify_subscribers: bool = True
    visibility: Visibility | None = None


class RevertInput(Input):
    """Why it is taken back; it stays in the record."""

    reason: ShortText | None = None


class LinkCreate(Input):
    """An address to give away: for whom it is, and until when it works, at most a year ahead."""

    label: Title
    expires_at: Instant


class SharedLink(Output):
    """An address that was given away. What it is nobody can see again, only how it was used."""

    id: Id
    label: str
    created_at: Moment
    created_by: str | None
    expires_at: Moment
    revoked_at: Moment | None
    last_used_at: Moment | None
    uses: int
    is_usable: bool


class SharedLinkMade(SharedLink):
    """A new address, this once; null where the request was sent before."""

    url: str | None


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    writer, answer, links = SiteRole.COMMUNICATOR, PostmortemWithText, f"{postmortem}/links"
    some: Any = list[SharedLink]
    return [
        Endpoint(
            "PUT", f"{postmortem}/publish", writer, "Publish a postmortem", answer, publish, "postmortem",
            PublishInput, make=rendered, may_be_bare=True,
        ),
        Endpoint(
            "PUT", f"{postmortem}/revert", writer, "Take a published postmortem back", answer, revert,
            "postmortem", RevertInput, may_be_bare=True,
        ),
        Endpoint(
            "GET", links, writer, "List the addresses of a postmortem", some, list_links,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", links, writer, "Make an address of a postmortem", SharedLinkMade, new_link, "link",
            LinkCreate, 201, once="url", may_be_bare=True,
        ),
        Endpoint(
            "DELETE", f"{links}/<link_id>", writer, "Revoke an address of a postmortem", None, delete_link,
            status=204,
        ),
    ]  # fmt: skip


def rendered(ids: dict[str, str]) -> RenderedPostmortem:
    """Return the markup of the newest text, made before anything is locked."""
    with looking() as ctx:
        postmortem = get_postmortem(ctx.session, get_incident(ctx.session, ids["incident_id"]))
        content, prompts = head_of(ctx.session, postmortem).value, all_prompts(ctx.session)
    return render_postmortem(adapters().markdown, content, prompts)


def publish(call: Call, body: PublishInput, incident_id: str) -> PostmortemWithText:
    """Publish the newest text, which somebody else has approved; `unmet` of a refusal: what is missing."""
    row, postmortem = the_postmortem(call, incident_id)
    publish_postmortem(
        call.ctx,
        postmortem,
        call.made,
        body.visibility or postmortem.visibility,
        tells_subscribers=body.notify_subscribers,
    )
    return postmortem_answer(call, row, postmortem)


def revert(call: Call, body: RevertInput, incident_id: str) -> PostmortemWithText:
    """Take it away from every reader; its revisions and the record stay."""
    row, postmortem = the_postmortem(call, incident_id)
    unpublish_postmortem(call.ctx, postmortem, body.reason or NO_REASON)
    return postmortem_answer(call, row, postmortem)


def list_links(call: Call, incident_id: str) -> list[SharedLink]:
    """Return the addresses, newest first, revoked and expired ones among them, without their secrets."""
    _, postmortem = the_postmortem(call, incident_id)
    found = one_page_of(links_of(call.session, postmortem))
    return [SharedLink.model_validate(_link(call, each)) for each in found]


def new_link(call: Call, body: LinkCreate, incident_id: str) -> SharedLinkMade:
    """Make an address and return it, this once. It opens what is published, until its end."""
    _, postmortem = the_postmortem(call, incident_id)
    secret = make_link(call.ctx, postmortem, body.label, body.expires_at)
    made = next(each for each in links_of(call.session, postmortem) if each.digest == digest_of(secret))
    url = f"{adapters().settings.base_url}/shared/{secret}"
    return SharedLinkMade.model_validate({**_link(call, made), "url": url})


def delete_link(call: Call, incident_id: str, link_id: str) -> None:
    """Make an address useless, at once and for good."""
    _, postmortem = the_postmortem(call, incident_id)
    revoke_link(call.ctx, postmortem, get_link(call.ctx, postmortem, link_id))


def _link(call: Call, link: PostmortemLink) -> dict[str, object]:
    return {
        "id": link.public_id,
        "label": link.label,
        "created_at": sure_moment(link.created_at),
        "created_by": email_of(link.created_by),
        "expires_at": sure_moment(link.expires_at),
        "revoked_at": moment(link.revoked_at),
        "last_used_at": moment(link.last_used_at),
        "uses": link.uses,
        "is_usable": is_usable(link, call.ctx.now),
    }
