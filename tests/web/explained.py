"""Postmortems for tests of the web part: written, approved and published by two people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.postmortem import Content, Visibility
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.context import unit_of_work
from statuspage.services.ports import Clock, MarkdownRenderer
from statuspage.services.postmortem_html import render_postmortem
from statuspage.services.postmortem_links import make_link, revoke_link
from statuspage.services.postmortem_review import approve_postmortem, ask_review
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_postmortem import publish_postmortem, unpublish_postmortem
from statuspage.store.accounts import Account
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of, links_of
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.postmortem_desk import complete

Change = Callable[[Content], Content]


class Authors:
    """Two people who write, approve and publish an incident's postmortem, each act its own transaction."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Clock,
        markdown: MarkdownRenderer,
        author: str = "Ana Author",
        reviewer: str = "Ben Reviewer",
    ) -> None:
        self._sessions, self._clock, self._markdown = sessions, clock, markdown
        with sessions() as session:
            self.author = make_account(session, role=SiteRole.COMMUNICATOR, name=author)
            self.reviewer = make_account(session, role=SiteRole.COMMUNICATOR, name=reviewer)
            session.commit()
            self._ids = self.author.id, self.reviewer.id

    def act(self, incident: dict[str, Any], verb: Callable[..., Any], *, is_reviewer: bool = False) -> Any:
        """Have one of them do something with the incident's postmortem: `verb(ctx, postmortem)`."""
        actor = Actor(self._ids[is_reviewer], SiteRole.COMMUNICATOR)
        with (
            self._sessions() as session,
            unit_of_work(session, self._clock, lambda _session, _now: actor) as ctx,
        ):
            row = get_incident(session, incident["id"])
            return verb(ctx, get_postmortem(session, row))

    def write(self, incident: dict[str, Any], change: Change = lambda content: content) -> None:
        """Write all that the gate asks for, changed."""

        def save(ctx: Any, postmortem: Postmortem) -> None:
            head = head_of(ctx.session, postmortem)
            owner = ctx.session.get(Account, self._ids[0])
            save_postmortem(ctx, postmortem, change(complete(head.value, owner)), head.number)

        self.act(incident, save)

    def edit(self, incident: dict[str, Any], change: Change) -> None:
        """Change what is written."""

        def save(ctx: Any, postmortem: Postmortem) -> None:
            head = head_of(ctx.session, postmortem)
            save_postmortem(ctx, postmortem, change(head.value), head.number)

        self.act(incident, save)

    def publish(self, incident: dict[str, Any], visibility: Visibility = Visibility.PUBLIC) -> None:
        """Review, approve and publish the newest text."""
        self.act(incident, lambda ctx, postmortem: ask_review(ctx, postmortem))
        self.act(
            incident,
            lambda ctx, postmortem: approve_postmortem(
                ctx, postmortem, head_of(ctx.session, postmortem).digest
            ),
            is_reviewer=True,
        )
        if isinstance(self._clock, FakeClock):
            self._clock.advance(seconds=1)
        content = self.act(incident, lambda ctx, postmortem: head_of(ctx.session, postmortem).value)
        rendered = render_postmortem(self._markdown, content)
        self.act(
            incident,
            lambda ctx, postmortem: publish_postmortem(ctx, postmortem, rendered, visibility),
            is_reviewer=True,
        )

    def explain(
        self,
        incident: dict[str, Any],
        visibility: Visibility = Visibility.PUBLIC,
        change: Change = lambda content: content,
    ) -> None:
        """Write and publish it."""
        self.write(incident, change)
        self.publish(incident, visibility)

    def unpublish(self, incident: dict[str, Any]) -> None:
        """Take it back."""
        self.act(incident, lambda ctx, postmortem: unpublish_postmortem(ctx, postmortem, "It names people."))

    def share(self, incident: dict[str, Any], label: str = "Big customer", days: float = 7) -> str:
        """Return the secret of a new link."""
        ends = timedelta(days=days)
        made: str = self.act(
            incident, lambda ctx, postmortem: make_link(ctx, postmortem, label, ctx.now + ends)
        )
        return made

    def revoke(self, incident: dict[str, Any]) -> None:
        """Revoke every link."""

        def revoke_all(ctx: Any, postmortem: Postmortem) -> None:
            for link in links_of(ctx.session, postmortem):
                revoke_link(ctx, postmortem, link)

        self.act(incident, revoke_all)

    def uses(self, incident: dict[str, Any]) -> list[int]:
        """Return how often each link was used."""
        found: list[int] = self.act(
            incident, lambda ctx, postmortem: [link.uses for link in links_of(ctx.session, postmortem)]
        )
        return found


def without(content: Content, **changes: Any) -> Content:
    """Return the content with those fields changed."""
    return replace(content, **changes)
