"""What the jobs work with."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from statuspage.services.ports import Clock
from statuspage.settings import Settings
from statuspage.store.sessions import session_factory
from statuspage.wiring import Adapters, wire


@dataclass(frozen=True, slots=True)
class Tools:
    """The outside world and the database, for one worker."""

    adapters: Adapters
    sessions: sessionmaker[Session]


def make_tools(settings: Settings, clock: Clock | None = None) -> Tools:
    """Return the tools for these settings; connects to nothing yet."""
    return Tools(wire(settings, clock), session_factory(settings.database_url))
