"""Postmortems: what is written with all its revisions, who said what about it, and what was published."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from statuspage.domain.component import Impact
from statuspage.domain.errors import NotFoundError
from statuspage.domain.postmortem import Content, PostmortemState, Visibility
from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_content import content_from
from statuspage.store.sign_ins import StaffSession

# What is neither public as a final text nor waived: the few that somebody still has to see to.
_IS_OPEN = text("final_since IS NULL AND waived_at IS NULL")


MOST_REVISIONS = 2**31 - 1


class HasDigest(Protocol):
    """A text, or what names it."""

    @property
    def digest(self) -> str:
        """Return what names exactly that text."""


class Postmortem(Versioned, Base):
    """The postmortem of one incident; its text is that of its newest revision.

    An approval names a digest: it holds for exactly that text, and any edit makes another. What was published
    is the revision `published_number`, whatever has been written since. `public_since` is when customers
    could first read any of it, `final_since` the final text; both None while it is not public. `final_by` is
    the date that a preliminary text promised for the final one when it became public: what it is owed by.
    It stays when the final one comes, is never put off, and goes when the text is unpublished.
    `update_public_id` names it among the incident's notices for ever.
    """

    __tablename__ = "postmortems"
    __table_args__ = (
        Index("ix_postmortems_open", "incident_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), unique=True)
    update_public_id: Mapped[str] = mapped_column(String(12), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # Whether a person has written anything; what was drafted at the resolution is nobody's yet.
    begun_at: Mapped[datetime | None]
    review_asked_at: Mapped[datetime | None]
    review_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_digest: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    published_number: Mapped[int | None]
    published_digest: Mapped[str | None] = mapped_column(String(64))
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    public_since: Mapped[datetime | None]
    final_since: Mapped[datetime | None]
    final_by: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    edited_at: Mapped[datetime | None]
    tells_subscribers: Mapped[bool] = mapped_column(default=True)
    unpublished_at: Mapped[datetime | None]
    waived_at: Mapped[datetime | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    waived_reason: Mapped[str | None] = mapped_column(Text)

    incident: Mapped[IncidentRow] = relationship(lazy="select")
    owner: Mapped[Account | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id], lazy="select")
    review_asked_by: Mapped[Account | None] = relationship(foreign_keys=[review_asked_by_id], lazy="select")
    waived_by: Mapped[Account | None] = relationship(foreign_keys=[waived_by_id], lazy="select")

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is owed of it any more: the final text is public, or it was waived."""
        return self.final_since is not None or self.waived_at is not None

    @property
    def is_public(self) -> bool:
        """Return whether every customer can read it."""
        return self.published_number is not None and self.visibility is Visibility.PUBLIC

    def state_of(self, head: "HasDigest") -> PostmortemState:
        """Return how far the text of its newest revision is."""
        return self.state_with(head.digest)

    def state_with(self, digest: str) -> PostmortemState:
        """Return the same where only the digest of that text is at hand."""
        if self.waived_at is not None:
            return PostmortemState.WAIVED
        if self.published_digest == digest:
            return PostmortemState.PUBLISHED
        if self.approved_digest == digest:
            return PostmortemState.APPROVED
        return PostmortemState.IN_REVIEW if self.review_asked_at else PostmortemState.DRAFT


class PostmortemTerm(Base):
    """From then on that account saw to it, nobody where it is None: for who held it when it was due."""

    __tablename__ = "postmortem_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    from_at: Mapped[datetime]


class PostmortemRevision(Base):
    """The whole text as somebody left it. Never changed; `html` is its markup, made when it is published.

    `note` says where it comes from where nobody typed it (`drafted`, `restored:4`, `imported`).
    """

    __tablename__ = "postmortem_revisions"
    __table_args__ = (UniqueConstraint("postmortem_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    html: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"))
    created_at: Mapped[datetime]

    author: Mapped[Account | None] = relationship(lazy="joined")

    @property
    def value(self) -> Content:
        """Return the text as a value."""
        return content_from(self.content)


class PostmortemEditor(Base):
    """Somebody who has written in it, and from which browser: they never approve it.

    Kept apart from the revisions, so that nothing that happens to those makes an editor a stranger.
    """

    __tablename__ = "postmortem_editors"
    __table_args__ = (UniqueConstraint("postmortem_id", "account_id", "browser"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    browser: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class PostmortemComment(Versioned, Base):
    """What a reader says about a part of it (a section's name, `timeline` or `action_items`)."""

    __tablename__ = "postmortem_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"), index=True)
    part: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    revision_number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    author: Mapped[Account | None] = relationship(foreign_keys=[author_id], lazy="joined")
    resolved_by: Mapped[Account | None] = relationship(foreign_keys=[resolved_by_id], lazy="joined")


class AcceptedFinding(Base):
    """A finding of the blameless check that a reviewer lets stand: that rule in exactly that sentence."""

    __tablename__ = "accepted_findings"
    __table_args__ = (UniqueConstraint("postmortem_id", "rule", "sentence_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"))
    rule: Mapped[str] = mapped_column(String(64))
    sentence: Mapped[str] = mapped_column(Text)
    sentence_digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    accepted_at: Mapped[datetime]

    accepted_by: Mapped[Account | None] = relationship(lazy="joined")


class PostmortemLink(Base):
    """An address for chosen readers. Only a digest of it is kept; it ends at `expires_at` or when revoked."""

    __tablename__ = "postmortem_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)

    postmortem: Mapped[Postmortem] = relationship(lazy="joined")
    created_by: Mapped[Account | None] = relationship(lazy="joined")


class PostmortemLabel(Base):
    """A word by which the staff find what comes again: a `factor` or a `systemic` issue. Never public."""

    __tablename__ = "postmortem_labels"
    __table_args__ = (UniqueConstraint("postmortem_id", "kind", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"))
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(80), index=True)


class PostmortemTemplate(Versioned, Base):
    """What a new postmortem asks in its sections, after an incident of that impact; no `sections`: what the
    product asks. `former` are the texts it had before, by section: they are nobody's own words either."""

    __tablename__ = "postmortem_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    impact: Mapped[Impact] = mapped_column(unique=True)
    sections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    former: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]

    @property
    def is_changed(self) -> bool:
        """Return whether the site asks its own questions."""
        return bool(self.sections)


def find_postmortem(session: Session, incident: IncidentRow) -> Postmortem | None:
    """Return the incident's postmortem, if it has one."""
    return session.scalar(select(Postmortem).where(Postmortem.incident_id == incident.id))


def get_postmortem(session: Session, incident: IncidentRow) -> Postmortem:
    """Return the incident's postmortem; raise `not_found` where there is none."""
    found = find_postmortem(session, incident)
    if found is None:
        raise NotFoundError("not_found", "This incident has no postmortem.")
    return found


def all_postmortems(session: Session) -> list[Postmortem]:
    """Return every postmortem with its bare incident, the newest incident's first."""
    query = (
        select(Postmortem)
        .join(Postmortem.incident)
        .options(contains_eager(Postmortem.incident).lazyload("*"))
        .order_by(IncidentRow.resolved_at.desc(), Postmortem.id.desc())
    )
    return list(session.scalars(query))


def head_of(session: Session, postmortem: Postmortem) -> PostmortemRevision:
    """Return the newest revision; there is one from the beginning."""
    query = select(PostmortemRevision).where(PostmortemRevision.postmortem_id == postmortem.id)
    return session.scalars(query.order_by(PostmortemRevision.number.desc()).limit(1)).one()


def heads_of(session: Session, keys: Collection[int]) -> dict[int, PostmortemRevision]:
    """Return the newest revisions of these postmortems, by the postmortems' keys."""
    newest = (
        select(PostmortemRevision.postmortem_id, func.max(PostmortemRevision.number).label("number"))
        .where(PostmortemRevision.postmortem_id.in_(keys))
        .group_by(PostmortemRevision.postmortem_id)
        .subquery()
    )
    is_newest = (newest.c.postmortem_id == PostmortemRevision.postmortem_id) & (
        newest.c.number == PostmortemRevision.number
    )
    query = select(PostmortemRevision).join(newest, is_newest)
    return {revision.postmortem_id: revision for revision in session.scalars(query)}


def get_revision(session: Session, postmortem: Postmortem, number: int) -> PostmortemRevision:
    """Return the revision of that number; raise `not_found` where there is none."""
    query = select(PostmortemRevision).where(
        PostmortemRevision.postmortem_id == postmortem.id, PostmortemRevision.number == number
    )
    # PostgreSQL refuses to compare with more than fits its column.
    found = session.scalar(query) if number <= MOST_REVISIONS else None
    if found is None:
        raise NotFoundError("not_found", "This postmortem has no such revision.")
    return found


def revision_with(session: Session, postmortem: Postmortem, digest: str) -> PostmortemRevision | None:
    """Return the newest revision with that text, None where there is none."""
    query = select(PostmortemRevision).where(
        PostmortemRevision.postmortem_id == postmortem.id, PostmortemRevision.digest == digest
    )
    return session.scalar(query.order_by(PostmortemRevision.number.desc()).limit(1))


def published_of(session: Session, postmortem: Postmortem) -> PostmortemRevision | None:
    """Return the revision that was published, None where none is."""
    number = postmortem.published_number
    return None if number is None else get_revision(session, postmortem, number)


def editors_of(session: Session, postmortem: Postmortem) -> list[PostmortemEditor]:
    """Return who has written in it, in the order in which they first did."""
    query = select(PostmortemEditor).where(PostmortemEditor.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(PostmortemEditor.id)))


def has_written(session: Session, postmortem: Postmortem, account_id: int) -> bool:
    """Return whether that account ever wrote in it, directly or through a token."""
    edited = select(PostmortemEditor.id).where(
        PostmortemEditor.postmortem_id == postmortem.id, PostmortemEditor.account_id == account_id
    )
    saved = select(PostmortemRevision.id).where(
        PostmortemRevision.postmortem_id == postmortem.id, PostmortemRevision.author_id == account_id
    )
    return any(session.scalar(query.limit(1)) is not None for query in (edited, saved))


def is_browser_of_writer(session: Session, postmortem: Postmortem, device: str) -> bool:
    """Return whether somebody who has written in it did so, or was ever signed in, with that browser."""
    editors = select(PostmortemEditor.account_id).where(PostmortemEditor.postmortem_id == postmortem.id)
    wrote = select(PostmortemEditor.id).where(
        PostmortemEditor.postmortem_id == postmortem.id, PostmortemEditor.browser == device
    )
    signed_in = select(StaffSession.id).where(
        StaffSession.device == device, StaffSession.account_id.in_(editors)
    )
    return any(session.scalar(query.limit(1)) is not None for query in (wrote, signed_in))


def comments_of(session: Session, postmortem: Postmortem) -> list[PostmortemComment]:
    """Return what was said about it, oldest first."""
    query = select(PostmortemComment).where(PostmortemComment.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(PostmortemComment.id)))


def accepted_findings(session: Session, postmortem: Postmortem) -> list[AcceptedFinding]:
    """Return the findings that reviewers let stand, oldest first."""
    query = select(AcceptedFinding).where(AcceptedFinding.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(AcceptedFinding.id)))


def links_of(session: Session, postmortem: Postmortem) -> list[PostmortemLink]:
    """Return the addresses given to chosen readers, newest first."""
    query = select(PostmortemLink).where(PostmortemLink.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(PostmortemLink.id.desc())))


def labels_of(session: Session, postmortem: Postmortem) -> list[PostmortemLabel]:
    """Return its labels by kind and word."""
    query = select(PostmortemLabel).where(PostmortemLabel.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(PostmortemLabel.kind, PostmortemLabel.label)))


def templates(session: Session) -> dict[Impact, PostmortemTemplate]:
    """Return the templates that the site has, or once had, questions of its own for, by impact."""
    return {row.impact: row for row in session.scalars(select(PostmortemTemplate))}
