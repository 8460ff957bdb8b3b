"""The page itself: made once, when the database is."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.services.notice_templates import install_starter_templates
from statuspage.store.ids import new_public_id
from statuspage.store.pages import Page

DEFAULT_NAME = "Our service"


def ensure_page(session: Session, now: datetime) -> Page:
    """Return the page, made with a random public id and its starter templates where there is none.

    Call it where nobody else can: under the lock of the migration.
    """
    page = session.scalar(select(Page).order_by(Page.id).limit(1))
    if page is None:
        page = Page(public_id=new_public_id(), name=DEFAULT_NAME, created_at=now, updated_at=now)
        session.add(page)
        session.flush()
    install_starter_templates(session, now)
    return page
