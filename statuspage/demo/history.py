"""Months of history, taken over from the page that the company had before."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.demo.script import Script, Stage
from statuspage.services.import_history import import_history, prepare
from statuspage.services.import_source import read_source
from statuspage.services.ports import MarkdownRenderer

Telling = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Past:
    """An incident of the past: it began so many days ago at that hour; notices by minutes after that."""

    days_ago: int
    hour: float
    name: str
    impact: str
    component: str
    notices: Telling


LOOKING, FOUND, WATCHING, OVER = "investigating", "identified", "monitoring", "resolved"
PAST = (
    Past(9, 14.5, "Invoices with many pages open slowly", "minor", "Web app", (
        (11, LOOKING, "Invoices with more than a hundred lines take up to 20 seconds to open. We are looking into it."),
        (46, FOUND, "We have found a query that became slow, and are putting it right."),
        (74, OVER, "Long invoices open in under a second again."),
    )),
    Past(16, 7.75, "Bank statements arrive late", "minor", "Bank connections", (
        (14, LOOKING, "Statements of some German banks have not arrived this morning. Nothing is lost; they follow."),
        (61, FOUND, "The banks' own service answers slowly. We fetch again every ten minutes."),
        (113, FOUND, "There is nothing new. The next attempt is under way."),
        (158, OVER, "All statements of this morning have arrived."),
    )),
    Past(23, 19.25, "The web app is not available", "critical", "Web app", (
        (7, LOOKING, "Finch does not open at the moment. This is on our side. We are looking for the cause."),
        (35, FOUND, "A network device of our data centre has failed. Traffic is moving to another one."),
        (52, WATCHING, "Finch opens again. We are watching whether it stays so."),
        (81, OVER, "Finch has worked without errors for half an hour. We are sorry for the interruption."),
    )),
    Past(31, 10.0, "Webhooks were sent twice", "minor", "Webhooks", (
        (13, LOOKING, "Some of your systems receive our events twice. Each pair carries the same id."),
        (44, FOUND, "We have found the cause. If your system takes each id once, there is nothing to do."),
        (70, OVER, "Each event is sent once again."),
    )),
    Past(38, 16.0, "Direct debits are collected a day late", "major", "Online payments", (
        (15, FOUND, "Direct debits of today are collected tomorrow: our bank's cut-off was missed. No payment is lost."),
        (70, FOUND, "Our bank has confirmed tomorrow's date. Your customers' mandates stay valid."),
        (128, OVER, "Tomorrow's collection is confirmed. We now send the file two hours earlier."),
    )),
    Past(47, 9.5, "The mobile app signs people out", "minor", "Mobile app", (
        (12, LOOKING, "Some of you have to sign in again each time you open the app. We are looking into it."),
        (58, FOUND, "It concerns version 4.12. The older version and the web app work."),
        (117, WATCHING, "Version 4.13 is in the stores and mends this."),
        (176, OVER, "Nobody with version 4.13 was signed out."),
    )),
    Past(58, 13.25, "Searching finds nothing", "minor", "Web app", (
        (9, LOOKING, "The search shows no results. Lists and filters work."),
        (33, OVER, "The search works again; its index had to be made anew."),
    )),
    Past(66, 8.0, "Errors in the public API", "major", "Public API", (
        (8, LOOKING, "About one request in ten is answered with an error. Trying again usually helps."),
        (41, FOUND, "One of our servers holds an old version. We are taking it out."),
        (55, OVER, "All requests are answered. The server is replaced."),
    )),
    Past(79, 21.0, "Invoice e-mails are marked as spam", "minor", "Invoice e-mails", (
        (15, LOOKING, "One large mail provider puts our mails into the spam folder. We are talking to them."),
        (72, FOUND, "The provider has confirmed a mistake on their side, and is correcting it."),
        (131, WATCHING, "New mails arrive in the inbox again."),
        (185, OVER, "Mails arrive in the inbox for all providers that we test."),
    )),
    Past(91, 11.5, "Card payments take long", "minor", "Online payments", (
        (10, LOOKING, "Paying by card takes up to a minute. Payments do succeed."),
        (52, OVER, "Payments take two seconds again."),
    )),
    Past(104, 15.0, "Signing in with a security key fails", "minor", "Sign-in", (
        (13, LOOKING, "Security keys are not recognised in one browser. Another browser, or a password, works."),
        (59, FOUND, "The browser's new version behaves differently. We are adapting."),
        (110, OVER, "Security keys work in all browsers again."),
    )),
    Past(118, 6.5, "Statements were shown twice", "minor", "Bank connections", (
        (9, FOUND, "Some statements of last night are shown twice. The amounts are right; nothing is booked twice."),
        (48, OVER, "Each statement stands there once."),
    )),
    Past(133, 17.75, "The web app is slow", "minor", "Web app", (
        (12, LOOKING, "Pages take several seconds to open. We are looking for the cause."),
        (39, FOUND, "A large export takes too much of our database. It goes on at night instead."),
        (58, OVER, "Pages open quickly again."),
    )),
    Past(149, 9.0, "Help centre not available", "none", "Help centre", (
        (14, LOOKING, "Our help articles do not open. Write to us by mail meanwhile; everything else works."),
        (44, OVER, "The help centre is back."),
    )),
)  # fmt: skip
_STATES = {"none": "degraded_performance", "minor": "degraded_performance", "major": "partial_outage"}


def write_history(script: Script, renderer: MarkdownRenderer) -> None:
    """Take the history over, some weeks ago."""

    def take_over(stage: Stage) -> None:
        source = read_source(json.dumps({"incidents": _as_read(stage, script.now)}).encode())
        report = import_history(stage.ctx, prepare(source, renderer))
        assert not report.left_out, report.left_out

    script.add(2 * 24 * 60 + 30, None, take_over)


def _as_read(stage: Stage, now: datetime) -> list[dict[str, object]]:
    return [_incident(stage, number, past, now) for number, past in enumerate(PAST)]


def _incident(stage: Stage, number: int, past: Past, now: datetime) -> dict[str, object]:
    day = (now - timedelta(days=past.days_ago)).replace(hour=0, minute=0, second=0, microsecond=0)
    began_at = day + timedelta(hours=past.hour)
    affected = {"code": stage.component(past.component), "name": past.component}
    state = _STATES.get(past.impact, "major_outage")
    updates = [
        {
            "id": f"demonotice{number * 5 + place:02d}",
            "status": status,
            "body": text,
            "created_at": _wire(began_at + timedelta(minutes=minute)),
            "affected_components": [
                {
                    **affected,
                    "old_status": "operational",
                    "new_status": state if status != OVER else "operational",
                }
            ],
        }
        for place, (minute, status, text) in enumerate(past.notices)
    ]
    return {
        "id": f"demoincide{number:02d}",
        "name": past.name,
        "status": OVER,
        "impact": past.impact,
        "created_at": updates[0]["created_at"],
        "started_at": _wire(began_at),
        "resolved_at": updates[-1]["created_at"],
        "incident_updates": updates[::-1],
        "components": [{"id": affected["code"], "name": past.component}],
    }


def _wire(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
