"""The last two days: what is open now, what was just resolved, and what never became public."""

from statuspage.demo.company import ANA, BEN, CHIARA
from statuspage.demo.script import Script, Stage
from statuspage.demo.tell import Telling
from statuspage.domain.component import ComponentState
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole
from statuspage.services.drafts import save_draft
from statuspage.services.end_incident import dismiss_incident, end_incident_internally
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.drafts import EntryKind

INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING = IncidentStatus.MONITORING
DEGRADED, PARTIAL, MAJOR = (
    ComponentState.DEGRADED_PERFORMANCE,
    ComponentState.PARTIAL_OUTAGE,
    ComponentState.MAJOR_OUTAGE,
)
HOUR, DAY = 60, 24 * 60


def write_today(script: Script) -> None:
    """Write what happened since the day before yesterday."""
    _mails_were_slow(script)
    _sign_in_came_back(script)
    _a_false_alarm(script)
    _what_never_became_public(script)
    _payments_fail(script)
    _webhooks_may_be_late(script)


def _mails_were_slow(script: Script) -> None:
    tell = Telling(script, "mails", BEN, 26 * HOUR)
    tell.declares(
        "Invoice e-mails arrive late",
        {"Invoice e-mails": DEGRADED},
        after=6,
        text=(
            "Invoices that you send by e-mail may arrive up to half an hour late. None is lost; please don't send "
            "them again. We are looking for the cause."
        ),
        promise=45,
    )
    tell.does(8, BEN, lambda stage: _commands(stage, "mails", CHIARA))
    tell.notes(9, CHIARA, EntryKind.NOTE, "Queue holds 18,000 mails and grows by 400 a minute.")
    tell.notes(
        21, CHIARA, EntryKind.DECISION, "Send through the second provider only until the queue is empty."
    )
    tell.updates(
        38,
        IDENTIFIED,
        (
            "One of the two companies that deliver our mails slows us down. We send through the other one now. Mails "
            "that waited go out first."
        ),
        promise=45,
    )
    tell.corrects(
        44,
        (
            "One of the two companies that deliver our mails slows us down. All mails go through the other one now. "
            "Those that waited the longest go out first."
        ),
    )
    tell.notes(46, BEN, EntryKind.MITIGATION, "All mail goes through the second provider.", sets=True)
    tell.updates(
        80, MONITORING, "Almost all waiting mails are delivered. We watch until the last one is out."
    )
    tell.resolves(
        108,
        101,
        (
            "All invoice e-mails are delivered, and new ones arrive within a minute again. We are sorry for the wait."
        ),
        fix=False,
    )


def _sign_in_came_back(script: Script) -> None:
    tell = Telling(script, "sign-in", BEN, 44 * HOUR)
    tell.declares(
        "Single sign-on fails for some companies",
        {"Sign-in": PARTIAL},
        after=11,
        text=(
            "Some of you who sign in through your company's account see an error. Signing in with a password works. "
            "If you are signed in already, it is best to stay so."
        ),
    )
    tell.does(13, BEN, lambda stage: _commands(stage, "sign-in", ANA))
    tell.updates(36, MONITORING, "A certificate had run out. It is renewed, and sign-ins succeed again.")
    tell.resolves(58, 40, "Single sign-on works for everybody again. We are sorry for the trouble.", fix=True)
    tell.reopens(
        190,
        (
            "Single sign-on fails again for some companies. Signing in with a password works. We are looking into it."
        ),
        {"Sign-in": PARTIAL},
    )
    tell.updates(214, IDENTIFIED, "One of our servers still held the old certificate. We are replacing it.")
    tell.resolves(
        236,
        224,
        (
            "Single sign-on works again, and we have checked it on every server. We are sorry that our first message "
            "came too early."
        ),
        fix=True,
    )


def _a_false_alarm(script: Script) -> None:
    tell = Telling(script, "alarm", BEN, 31 * HOUR)
    tell.declares(
        "Possible trouble with the mobile app",
        {"Mobile app": DEGRADED},
        after=8,
        text=(
            "Our checks report that the mobile app answers slowly. We are looking whether you are affected."
        ),
    )
    tell.ends_as_false_alarm(
        27,
        (
            "Nothing was wrong with the mobile app: it was our own check that was slow. We are sorry for the worry."
        ),
    )


def _what_never_became_public(script: Script) -> None:
    disk = Telling(script, "disk", CHIARA, 20 * HOUR)
    disk.detects("Alert: disk of the report server is full")
    disk.does(
        25,
        ANA,
        lambda stage: end_incident_internally(
            stage.ctx,
            stage.incident("disk"),
            "Reports are made at night; none was due, and space is free again.",
        ),
    )
    test = Telling(script, "test", CHIARA, 6 * HOUR)
    test.detects("Alert: no heartbeat from the test system")
    test.does(
        4,
        BEN,
        lambda stage: dismiss_incident(
            stage.ctx, stage.incident("test"), "Somebody restarted the test system."
        ),
    )


def _payments_fail(script: Script) -> None:
    """The incident that is open: its next promise is due in twelve minutes."""
    tell = Telling(script, "payments", BEN, 57)
    tell.declares(
        "Some online payments fail",
        {"Online payments": PARTIAL},
        after=9,
        began=6,
        promise=31,  # promises end at a full minute: with 30 the update below would come some seconds late
        text=(
            "Some payments on your invoices do not go through at the moment. No money is taken twice, and your customers "
            "can pay again later with the same link. We are looking for the cause."
        ),
    )
    tell.does(10, ANA, _take_roles)
    tell.notes(14, CHIARA, EntryKind.NOTE, "Only cards that ask for a second confirmation are affected.")
    tell.notes(24, ANA, EntryKind.DECISION, "Go back to yesterday's version of the payment page.")
    tell.notes(31, CHIARA, EntryKind.ACTION, "Going back to yesterday's version; takes about 20 minutes.")
    tell.updates(
        39,
        IDENTIFIED,
        (
            "Payments by cards that ask for a second confirmation fail since a change that we made this morning. We are "
            "taking that change back. Direct debit and all other cards work."
        ),
    )
    tell.does(50, CHIARA, _prepare_the_next_words)


def _commands(stage: Stage, story: str, who: str) -> None:
    set_facts(stage.ctx, stage.incident(story), Facts(roles={IncidentRole.INCIDENT_COMMANDER: who}))


def _take_roles(stage: Stage) -> None:
    roles = {
        IncidentRole.INCIDENT_COMMANDER: ANA,
        IncidentRole.COMMUNICATIONS_LEAD: BEN,
        IncidentRole.TECHNICAL_LEAD: CHIARA,
    }
    set_facts(
        stage.ctx,
        stage.incident("payments"),
        Facts(roles=dict(roles), channel_url="https://chat.finch.example/payments"),
    )


def _prepare_the_next_words(stage: Stage) -> None:
    row = stage.incident("payments")
    fields = {
        "status": MONITORING.value,
        "body": "The change is taken back, and payments with a second confirmation go through again. We are watching "
        "them closely.",
        "promise": "30",
        "last_update_id": row.updates[-1].public_id,
        f"state-{stage.component('Online payments')}": DEGRADED.value,
    }
    save_draft(stage.ctx, row, fields)


def _webhooks_may_be_late(script: Script) -> None:
    tell = Telling(script, "webhooks", CHIARA, 4)
    tell.detects("Alert: the queue of webhooks is growing", {"Webhooks": DEGRADED})
