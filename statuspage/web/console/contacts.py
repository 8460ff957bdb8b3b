"""How you are reached: your addresses of chat and paging services, your zone and your quiet hours."""

from typing import Any
from zoneinfo import available_timezones

from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from statuspage.domain.addresses import masked_address
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.contacts import (
    Preference,
    add_contact,
    own_contact,
    own_contacts,
    own_preference,
    remove_contact,
    send_test,
    set_preference,
)
from statuspage.services.context import Context
from statuspage.store.contacts import ContactKind
from statuspage.store.reminders import contacts_under_test
from statuspage.web.alert_addresses import known_service
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.home import digest_of, if_changed
from statuspage.web.console.screens import acting, common, done, looking, person_of, screen
from statuspage.web.security import adapters, allow

HERE = "/console/me/contacts"
USUAL = "usual"
KIND_WORDS = {
    USUAL: "As the service usually does",
    ContactKind.CHAT: "Chat: I read it when I look",
    ContactKind.PAGER: "Pager: it wakes me",
}
_KINDS = [SelectChoice(*kind) for kind in KIND_WORDS.items()]
# What an address looks like, by what people call the service.
EXAMPLES = (
    ("Slack", "https://hooks.slack.com/services/T…/B…/…", "an incoming webhook, as Slack shows it"),
    ("Microsoft Teams", "workflows://prod-1.westeurope.logic.azure.com:443/workflow/signature",
     "a Power Automate workflow that posts to a channel"),
    ("Discord", "https://discord.com/api/webhooks/…/…", "a channel’s webhook, as Discord shows it"),
    ("PagerDuty", "pagerduty://integrationkey@apikey", "wakes"),
    ("Opsgenie", "opsgenie://apikey/@user", "wakes"),
    ("Telegram", "tgram://bottoken/chatid", "a bot of yours and the chat it writes to"),
    ("ntfy", "ntfy://a-topic-that-nobody-guesses", "the app ntfy on your phone"),
    ("SMS", "twilio://AccountSid:AuthToken@FromPhone/ToPhone", "or another gateway: vonage://, plivo://, clicksend://"),
    ("Anything else", "jsons://example.com/path", "a POST with JSON to a program of your own"),
)  # fmt: skip


class ContactForm(ConsoleForm):
    """An address to add."""

    label = StringField("What do you call it?")
    url = StringField("Address")
    kind = RadioField("Does it wake you?", choices=_KINDS, validate_choice=False)


class QuietForm(ConsoleForm):
    """When somebody wants to be left alone."""

    time_zone = StringField("Your time zone")
    quiet_from = StringField("Quiet from")
    quiet_until = StringField("Quiet until")


@blueprint.get("/me/contacts")
@allow(SiteRole.VIEWER)
def my_contacts() -> Response:
    """Show how one is reached."""
    return _show()


@blueprint.get("/me/contacts/list")
@allow(SiteRole.VIEWER)
def contact_list() -> Response:
    """Answer the page's question whether a test has arrived; 204 when nothing has changed."""
    with looking() as ctx:
        return if_changed(_list(ctx))


@blueprint.post("/me/contacts")
@allow(SiteRole.VIEWER)
def new_contact() -> AnyResponse:
    """Add an address."""
    form = ContactForm()
    try:
        kind = _kind(form)
        service = known_service((form.url.data or "").strip())
        with acting() as ctx:
            label = add_contact(ctx, form.label.data or "", form.url.data or "", service, kind).label
    except DomainError as error:
        form.refuse(error)
        return _show(contact_form=form)
    return done(HERE, f"“{label}” is added. Send a test to see that it reaches you.")


@blueprint.post("/me/contacts/<contact_id>/test")
@allow(SiteRole.VIEWER)
def try_contact(contact_id: str) -> AnyResponse:
    """Have a test sent."""
    with acting() as ctx:
        contact = own_contact(ctx, contact_id)
        send_test(ctx, contact)
        label = contact.label
    return done(HERE, f"A test is on its way to “{label}”. What came of it stands beside it in a moment.")


@blueprint.post("/me/contacts/<contact_id>/remove")
@allow(SiteRole.VIEWER)
def drop_contact(contact_id: str) -> AnyResponse:
    """Remove an address."""
    with acting() as ctx:
        contact = own_contact(ctx, contact_id)
        label = contact.label
        remove_contact(ctx, contact)
    return done(HERE, f"“{label}” is removed.")


@blueprint.post("/me/quiet")
@allow(SiteRole.VIEWER)
def set_quiet() -> AnyResponse:
    """Set one's zone and quiet hours."""
    form = QuietForm()
    try:
        with acting() as ctx:
            wanted = Preference(form.time_zone.data, form.quiet_from.data, form.quiet_until.data)
            set_preference(ctx, wanted)
    except DomainError as error:
        form.refuse(error)
        return _show(quiet_form=form)
    return done(HERE, "Your time zone and quiet hours are saved.")


def _show(contact_form: ContactForm | None = None, quiet_form: QuietForm | None = None) -> Response:
    with looking() as ctx:
        preference = own_preference(ctx)
        contacts = contact_form or ContactForm(None, kind=USUAL)
        quiet = quiet_form or QuietForm(
            None,
            time_zone=preference.time_zone or "",
            quiet_from=preference.quiet_from or "",
            quiet_until=preference.quiet_until or "",
        )
        html = _list(ctx)
        return screen(
            ctx,
            "contacts.html",
            title="How you are reached",
            status=max(contacts.status, quiet.status),
            contact_form=contacts,
            quiet_form=quiet,
            list_html=html,
            digest=digest_of(html),
            examples=EXAMPLES,
            zones=sorted(available_timezones()),
            delivers=adapters().mailer.delivers,
        )


def _list(ctx: Context) -> str:
    rows = own_contacts(ctx)
    values: dict[str, Any] = {
        "contacts": rows,
        "masked": masked_address,
        "waiting": contacts_under_test(ctx.session, person_of(ctx).key),
    }
    return render_template("console/contact_list.html", person=person_of(ctx), **common(ctx), **values)


def _kind(form: ContactForm) -> ContactKind | None:
    chosen = form.kind.data or USUAL
    if chosen not in KIND_WORDS:
        raise RuleError("invalid", "Choose one of those offered.", "kind")
    return None if chosen == USUAL else ContactKind(chosen)
