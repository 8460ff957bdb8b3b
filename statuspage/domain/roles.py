"""Who may do what: the site roles of accounts and the roles within one incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from statuspage.domain.errors import ForbiddenError


class SiteRole(StrEnum):
    """What an account or token may do at most; each may do what those before it may."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    COMMUNICATOR = "communicator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Rank from 0 (viewer) to 3 (admin)."""
        return _RANK[self]

    def reaches(self, needed: "SiteRole") -> bool:
        """Return whether this role may do what `needed` may."""
        return self.rank >= needed.rank

    def at_most(self, limit: "SiteRole") -> "SiteRole":
        """Return the lesser of both roles."""
        return self if limit.reaches(self) else limit


_RANK: Mapping[SiteRole, int] = {role: rank for rank, role in enumerate(SiteRole)}


class IncidentRole(StrEnum):
    """What somebody does in one incident."""

    INCIDENT_COMMANDER = "incident_commander"
    COMMUNICATIONS_LEAD = "communications_lead"
    TECHNICAL_LEAD = "technical_lead"
    SCRIBE = "scribe"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, directly or through a token, with the role that counts.

    `account_id` is None for the command line, where whoever may run it may do everything. `device` names the
    browser, the same for everybody who signs in there; empty where there is none.
    """

    account_id: int | None
    role: SiteRole
    token_id: int | None = None
    device: str = ""

    def require(self, needed: SiteRole) -> None:
        """Raise `forbidden` unless the actor's role reaches that far."""
        if not self.role.reaches(needed):
            raise ForbiddenError("forbidden", f"This needs the role {needed}; you act as {self.role}.")


COMMAND_LINE = Actor(account_id=None, role=SiteRole.ADMIN)
