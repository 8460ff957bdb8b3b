"""Publishing right after an act: the page changes before the answer goes out."""

import logging

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from statuspage.services.publishing import publish
from statuspage.web.database import db
from statuspage.web.security import adapters

log = logging.getLogger(__name__)


def publish_now() -> None:
    """Build what the act changed. A failure does not undo the act: the worker tries again every second."""
    wired = adapters()
    try:
        publish(db.session(), wired.site, wired.clock, wired.settings.base_url)
        current_app.extensions["statuspage.site"].look_again()
    except (OSError, SQLAlchemyError) as error:
        log.error("the site could not be built, the worker goes on trying: %s", error)
