"""Words written before they are needed."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from statuspage.domain.component import Impact
from statuspage.domain.errors import NotFoundError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.store.db import Base, Versioned


class NoticeTemplate(Versioned, Base):
    """A text with placeholders for one kind of notice; None means that any status or impact will do.

    `html` is its markup, rendered when it was saved, with the same placeholders in it.
    `title` is the incident's where it begins with this template, `states` what it suggests for components, by
    public id.
    """

    __tablename__ = "notice_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[NoticeKind]
    status: Mapped[IncidentStatus | None]
    impact: Mapped[Impact | None]
    title: Mapped[str | None] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    is_false_alarm: Mapped[bool] = mapped_column(default=False)
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)
    runbook_url: Mapped[str | None] = mapped_column(String(2000))
    position: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


def all_templates(session: Session) -> list[NoticeTemplate]:
    """Return the templates in the site's order, archived ones left out."""
    query = select(NoticeTemplate).where(NoticeTemplate.archived_at.is_(None))
    return list(session.scalars(query.order_by(NoticeTemplate.position, NoticeTemplate.id)))


def find_template(session: Session, public_id: str) -> NoticeTemplate | None:
    """Return the template, None where there is none or it is archived."""
    query = select(NoticeTemplate).where(
        NoticeTemplate.public_id == public_id, NoticeTemplate.archived_at.is_(None)
    )
    return session.scalar(query)


def get_template(session: Session, public_id: str) -> NoticeTemplate:
    """Return the template; raise `not_found` where there is none or it is archived."""
    template = find_template(session, public_id)
    if template is None:
        raise NotFoundError("not_found", "There is no such template.")
    return template


def any_template(session: Session) -> bool:
    """Return whether the page has, or ever had, a template."""
    return session.scalar(select(NoticeTemplate.id).limit(1)) is not None
