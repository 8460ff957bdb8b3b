"""The status page itself: its name, its policy and its publication number."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.cadence import LAXEST, ONE_MINUTE, Limits, Policy
from statuspage.domain.component import Impact
from statuspage.domain.errors import NotFoundError
from statuspage.domain.public import LogoGround
from statuspage.store.db import Base, Versioned


class Image(Base):
    """A picture the site shows, as it was encoded here."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    ground: Mapped[LogoGround]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class Page(Versioned, Base):
    """One status page. `publication` grows by one with every public act; it orders all of them."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(String(2000))
    support_url: Mapped[str | None] = mapped_column(String(2000))
    time_zone: Mapped[str] = mapped_column(String(64), default="Etc/UTC")
    accent_color: Mapped[str] = mapped_column(String(7), default="#1d70b8")
    has_powered_by: Mapped[bool] = mapped_column(default=True)
    home_url: Mapped[str | None] = mapped_column(String(2000))
    footer_note: Mapped[str | None] = mapped_column(String(2000))
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    asks_approval: Mapped[bool] = mapped_column(default=False)
    has_public_report: Mapped[bool] = mapped_column(default=False)
    # Whether a resolved incident says by when its postmortem will come, and what became of action items.
    has_postmortem_promise: Mapped[bool] = mapped_column(default=False)
    has_action_progress: Mapped[bool] = mapped_column(default=False)
    # Words of blame beyond the built-in ones: each with `word`, `suggestion`.
    blame_words: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    publication: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    logo: Mapped[Image | None] = relationship(lazy="select")

    @property
    def limits(self) -> Policy:
        """Return the site's policy as a value."""
        return policy_from(self.policy)


def policy_from(stored: dict[str, Any]) -> Policy:
    """Return the policy kept as minutes under the names of `Limits`, with `by_impact` beside them."""
    base = _limits_from(stored, LAXEST)
    return Policy(
        base,
        {
            Impact(impact): _limits_from(limits, base)
            for impact, limits in stored.get("by_impact", {}).items()
        },
    )


def _limits_from(stored: dict[str, Any], base: Limits) -> Limits:
    return Limits(
        **{
            name: timedelta(minutes=stored[name]) if name in stored else getattr(base, name)
            for name in Limits.__dataclass_fields__
        }
    )


def policy_fields(policy: Policy) -> dict[str, Any]:
    """Return the policy as it is kept and sent: whole minutes by name."""
    return {
        **_limits_fields(policy.limits),
        "by_impact": {
            impact.value: _limits_fields(policy.by_impact[impact])
            for impact in Impact
            if impact in policy.by_impact
        },
    }


def _limits_fields(limits: Limits) -> dict[str, int]:
    return {name: getattr(limits, name) // ONE_MINUTE for name in Limits.__dataclass_fields__}


def the_page(session: Session) -> Page:
    """Return the page; there is one as soon as the database is migrated."""
    page = session.scalar(select(Page).order_by(Page.id).limit(1))
    if page is None:
        raise NotFoundError("no_page", "There is no status page yet; run `statuspage migrate`.")
    return page


def lock_page(session: Session) -> Page:
    """Return the page, held against every other writer until the transaction ends.

    Writing is rare and must be in order; SQLite's writers have excluded each other already.
    """
    page = session.scalar(
        select(Page).order_by(Page.id).limit(1).with_for_update().execution_options(populate_existing=True)
    )
    if page is None:
        raise NotFoundError("no_page", "There is no status page yet; run `statuspage migrate`.")
    return page
