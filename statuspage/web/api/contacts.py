"""One's own contacts and quiet hours, and for admins how the staff is reached."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.addresses import masked_address
from statuspage.domain.milestones import UNSET
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.contacts import (
    Preference,
    add_contact,
    change_contact,
    own_contact,
    own_contacts,
    own_preference,
    reachable_staff,
    remove_contact,
    send_test,
    set_preference,
)
from statuspage.store.contacts import Contact, ContactKind
from statuspage.web.alert_addresses import known_service
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output
from statuspage.web.api.inputs import AlertAddress, Title
from statuspage.web.api.lists import one_page_of
from statuspage.web.security import adapters

ClockTime = Annotated[
    str, Field(json_schema_extra={"pattern": "^$|^([01]?[0-9]|2[0-3])[:.][0-5][0-9]$", "maxLength": 5})
]
_SLICE = ("page", "per_page", "limit")


class ContactCreate(Input):
    """A new contact: an address of Apprise. Without a `kind` it is a pager where the service is one."""

    label: Title
    url: AlertAddress
    kind: ContactKind | None = None


class KnownContact(ContactCreate):
    """A new contact whose service is known."""

    service: str


class ContactChange(Input):
    """A change of a contact; another address is another contact."""

    label: Title | None = None
    kind: ContactKind | None = None


class PreferenceChange(Input):
    """A change of one's zone and quiet hours; null or an empty text takes one away."""

    time_zone: str | None = None
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None


class ContactAnswer(Output):
    """A contact; of its address only the scheme is shown again. `failing` after the last message failed."""

    id: Id
    label: str
    kind: ContactKind
    url: str
    failing: bool
    worked_at: Moment | None
    failed_at: Moment | None
    last_error: str | None
    created_at: Moment


class PreferenceAnswer(Output):
    """One's zone (null: the page's) and quiet hours."""

    time_zone: str | None
    quiet_from: str | None
    quiet_until: str | None


class ReachAnswer(Output):
    """A contact of a colleague: what kind it is, and whether it fails."""

    kind: ContactKind
    service: str
    failing: bool


class ColleagueAnswer(Output):
    """How a colleague is reached beside mail."""

    account: Id
    email: str
    name: str
    contacts: list[ReachAnswer]
    has_quiet_hours: bool


class ReachingStaffAnswer(Output):
    """How the staff is reached: whether mail leaves the machine, the shared addresses, and everybody."""

    mail_delivers: bool
    staff_alerts: list[str]
    people: list[ColleagueAnswer]


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page. All but the last are about the token's owner."""
    viewer, path, answer = SiteRole.VIEWER, f"{page}/contacts", ContactAnswer
    one, mine = f"{path}/<contact_id>", f"{page}/preferences"
    some: Any = list[ContactAnswer]
    return [
        Endpoint("GET", path, viewer, "List your contacts", some, list_contacts, query=_SLICE),
        Endpoint(
            "POST", path, viewer, "Add a contact of yours", answer, new_contact, "contact", ContactCreate,
            201,
            prepare=known,
        ),
        Endpoint("GET", one, viewer, "Get a contact of yours", answer, show_contact),
        *(
            Endpoint(
                method, one, viewer, "Change a contact of yours", answer, update_contact, "contact",
                ContactChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint("POST", f"{one}/test", viewer, "Send a test to a contact of yours", answer, try_contact),
        Endpoint("DELETE", one, viewer, "Remove a contact of yours", None, delete_contact, status=204),
        Endpoint("GET", mine, viewer, "Get your zone and quiet hours", PreferenceAnswer, show_preference),
        *(
            Endpoint(
                method, mine, viewer, "Set your zone and quiet hours", PreferenceAnswer, update_preference,
                "preferences", PreferenceChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint(
            "GET", f"{page}/reaching_staff", SiteRole.ADMIN, "How the staff is reached", ReachingStaffAnswer,
            show_reach,
        ),
    ]  # fmt: skip


def known(body: ContactCreate) -> KnownContact:
    """Return the contact with its service, which is asked before anything is locked."""
    return KnownContact(label=body.label, url=body.url, kind=body.kind, service=known_service(body.url))


def list_contacts(call: Call) -> list[ContactAnswer]:
    """Return the caller's contacts, oldest first."""
    return [_answer(contact) for contact in one_page_of(own_contacts(call.ctx))]


def new_contact(call: Call, body: KnownContact) -> ContactAnswer:
    """Add a contact."""
    return _answer(add_contact(call.ctx, body.label, body.url, body.service, body.kind))


def show_contact(call: Call, contact_id: str) -> ContactAnswer:
    """Return a contact."""
    return _answer(own_contact(call.ctx, contact_id))


def update_contact(call: Call, body: ContactChange, contact_id: str) -> ContactAnswer:
    """Change a contact."""
    contact = own_contact(call.ctx, contact_id)
    change_contact(
        call.ctx,
        contact,
        label=UNSET if body.label is None else body.label,
        kind=UNSET if body.kind is None else body.kind,
    )
    return _answer(contact)


def delete_contact(call: Call, contact_id: str) -> None:
    """Remove a contact."""
    remove_contact(call.ctx, own_contact(call.ctx, contact_id))


def try_contact(call: Call, contact_id: str) -> ContactAnswer:
    """Have a test sent; `worked_at` or `failed_at` moves when the worker has done so."""
    contact = own_contact(call.ctx, contact_id)
    send_test(call.ctx, contact)
    return _answer(contact)


def show_preference(call: Call) -> PreferenceAnswer:
    """Return the caller's zone and quiet hours."""
    found = own_preference(call.ctx)
    return PreferenceAnswer(
        time_zone=found.time_zone, quiet_from=found.quiet_from, quiet_until=found.quiet_until
    )


def update_preference(call: Call, body: PreferenceChange) -> PreferenceAnswer:
    """Set what the request names; the rest stays."""
    present = own_preference(call.ctx)
    set_preference(
        call.ctx,
        Preference(
            time_zone=body.time_zone if body.has("time_zone") else present.time_zone,
            quiet_from=body.quiet_from if body.has("quiet_from") else present.quiet_from,
            quiet_until=body.quiet_until if body.has("quiet_until") else present.quiet_until,
        ),
    )
    return show_preference(call)


def show_reach(call: Call) -> ReachingStaffAnswer:
    """Return how the staff is reached; addresses are masked."""
    wired = adapters()
    return ReachingStaffAnswer(
        mail_delivers=wired.mailer.delivers,
        staff_alerts=[masked_address(url) for url in wired.settings.staff_alerts],
        people=[
            ColleagueAnswer(
                account=one.account.public_id,
                email=one.account.email,
                name=one.account.name,
                contacts=[
                    ReachAnswer(
                        kind=contact.kind,
                        service=masked_address(contact.url).partition("://")[0],
                        failing=contact.is_failing,
                    )
                    for contact in one.contacts
                ],
                has_quiet_hours=one.has_quiet_hours,
            )
            for one in reachable_staff(call.ctx)
        ],
    )


def _answer(contact: Contact) -> ContactAnswer:
    return ContactAnswer(
        id=contact.public_id,
        label=contact.label,
        kind=contact.kind,
        url=masked_address(contact.url),
        failing=contact.is_failing,
        worked_at=moment(contact.worked_at),
        failed_at=moment(contact.failed_at),
        last_error=contact.last_error,
        created_at=moment(contact.created_at),
    )
