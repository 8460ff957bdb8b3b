"""People at an incident, for tests of services: who acts, and an incident that is critical and open."""

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.notice_text import plain_text
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow


def actor_of(account: Account, role: SiteRole | None = None) -> Actor:
    """Return the person as an actor."""
    return Actor(account.id, role or account.role)


def announce(ctx: Context, *, impact: Impact = Impact.CRITICAL, name: str = "Requests fail") -> IncidentRow:
    """Declare and announce an incident of that impact, which touches no component."""
    command = NoticeCommand(
        text=plain_text("We are looking."),
        status=IncidentStatus.INVESTIGATING,
        states={},
        impact_override=impact,
    )
    return declare_and_publish(ctx, Declaration(name=name), command)


def update(body: str = "We found it.", **fields: object) -> NoticeCommand:
    """Return an update as a form would have it, its fields as content."""
    status = IncidentStatus(str(fields.pop("status", "identified")))
    content = {"body": body, "status": status.value, **fields}
    return NoticeCommand(text=plain_text(body), status=status, content=content)
