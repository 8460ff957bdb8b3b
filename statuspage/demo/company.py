"""Finch Invoicing, which does not exist: its people, what its service is made of, and how its page looks."""

from dataclasses import dataclass

from statuspage.demo.script import Script, Stage
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.roles import SiteRole
from statuspage.services.accounts import NewAccount, create_account
from statuspage.services.components import (
    ComponentFields,
    GroupFields,
    create_component,
    create_group,
    set_state_by_hand,
)
from statuspage.services.notice_templates import TemplateFields, create_template
from statuspage.services.page_settings import PageFields, change_page
from statuspage.store.components import get_component

PASSWORD = "finch demo password"  # noqa: S105 - printed for everybody
ANA, BEN = "ana@finch.example", "ben@finch.example"
CHIARA, DEV = "chiara@finch.example", "dev@finch.example"
LONG_AGO = 200 * 24 * 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff."""

    email: str
    name: str
    role: SiteRole
    team: str


PEOPLE = (
    Person(ANA, "Ana Vidal", SiteRole.ADMIN, "Platform"),
    Person(BEN, "Ben Okafor", SiteRole.COMMUNICATOR, "Customer support"),
    Person(CHIARA, "Chiara Rossi", SiteRole.RESPONDER, "Payments"),
    Person(DEV, "Dev Patel", SiteRole.VIEWER, "Sales"),
)
GROUPS = {
    "For you": (
        ("Web app", "Where you write and send invoices"),
        ("Mobile app", "On iOS and Android"),
        ("Sign-in", "Passwords, single sign-on and security keys"),
    ),
    "Sending and payments": (
        ("Invoice e-mails", "From “Send” to your customer's inbox"),
        ("Online payments", "Cards and direct debit on your invoices"),
        ("Bank connections", "Statements that arrive by themselves"),
    ),
    "For developers": (
        ("Public API", "api.finch.example"),
        ("Webhooks", "Events that we send to your systems"),
    ),
}
ALONE = ("Help centre", "Articles and messages to our support team")


def write_company(script: Script, password_hash: str) -> None:
    """Set up the page, its people and its components."""
    script.add(LONG_AGO, None, _set_page)
    script.add(LONG_AGO, None, lambda stage: _hire(stage, password_hash))
    script.add(LONG_AGO, ANA, _build)
    script.add(LONG_AGO, ANA, _add_template)
    script.add(3 * 24 * 60, BEN, _set_by_hand)


def _set_page(stage: Stage) -> None:
    change_page(
        stage.ctx,
        PageFields(
            name="Finch Invoicing",
            description="Invoices, payments and everything around them. This page says how our service is now.",
            home_url="https://www.finch.example",
            support_url="mailto:support@finch.example",
            footer_note="Finch Invoicing is a company that exists in this demonstration only.",
            accent_color="#0b5d7a",
            time_zone="Europe/Berlin",
            asks_approval=True,
            has_public_report=True,
        ),
    )


def _hire(stage: Stage, password_hash: str) -> None:
    for one in PEOPLE:
        create_account(stage.ctx, NewAccount(one.email, one.name, one.role, one.team, password_hash))


def _build(stage: Stage) -> None:
    for group, members in GROUPS.items():
        row = create_group(stage.ctx, GroupFields(name=group))
        stage.ctx.session.flush()
        for name, description in members:
            _component(stage, name, description, row.public_id)
    _component(stage, *ALONE, None)


def _component(stage: Stage, name: str, description: str, group_id: str | None) -> None:
    runbook = f"https://wiki.finch.example/runbooks/{name.lower().replace(' ', '-')}"
    fields = ComponentFields(name=name, description=description, group_id=group_id, runbook_url=runbook)
    create_component(stage.ctx, fields)
    stage.ctx.session.flush()


def _add_template(stage: Stage) -> None:
    body = (
        "Some payments on your invoices do not go through at the moment. Affected: {{components}}. No money is "
        "taken twice, and your customers can pay again later with the same link. We are looking for the cause."
    )
    create_template(
        stage.ctx,
        TemplateFields(
            name="Payments fail",
            kind=NoticeKind.INITIAL,
            status=IncidentStatus.INVESTIGATING,
            impact=Impact.MAJOR,
            title="Some online payments fail",
            body=stage.render(body),
            states={stage.component("Online payments"): ComponentState.PARTIAL_OUTAGE},
        ),
    )


def _set_by_hand(stage: Stage) -> None:
    component = get_component(stage.ctx.session, stage.component("Help centre"))
    reason = "Answers take a day longer this week: half of the support team is at a training."
    set_state_by_hand(stage.ctx, component, ComponentState.DEGRADED_PERFORMANCE, reason)
