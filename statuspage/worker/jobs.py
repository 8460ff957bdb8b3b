"""The fixed jobs. Each looks for due work in our own tables, so that no late or double tick harms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.context import snapshot, unit_of_work, writing
from statuspage.services.drill_prompts import give_all_due_prompts
from statuspage.services.publishing import publish, refresh
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.store.drafts import forget_presences
from statuspage.store.drills import drills_not_over
from statuspage.store.imports import next_import
from statuspage.store.pages import the_page
from statuspage.store.records import beat, forget_idempotency_keys
from statuspage.store.sign_ins import forget_sign_ins
from statuspage.worker.asking import ask_technical_leads, look_for_silence, pass_on_leads
from statuspage.worker.delivery import deliver_messages
from statuspage.worker.item_reminders import remind_of_action_items
from statuspage.worker.reminders import remind_of_notices, remind_of_postmortems
from statuspage.worker.tools import Tools
from statuspage.worker.watching import Pinger

WORKER = "worker"
KEYS_KEPT = timedelta(hours=24)
FORMS_KEPT = timedelta(hours=24)
PRESENCE_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again."""

    name: str
    every: timedelta
    run: Callable[[], None]


def fixed_jobs(tools: Tools, is_well: Callable[[], bool] = lambda: True) -> list[Job]:
    """Return the jobs of a worker, in the order in which one pass runs them.

    `is_well` says whether none of them is in trouble; an outside watcher is told so.
    """
    refresher, pinger = Refresher(tools), Pinger(tools, is_well)
    return [
        Job("heartbeat", timedelta(seconds=10), lambda: heartbeat(tools)),
        Job("catch_up_site", timedelta(seconds=1), lambda: catch_up_site(tools)),
        Job("remind_of_notices", timedelta(seconds=1), lambda: remind_of_notices(tools)),
        Job("remind_of_postmortems", timedelta(minutes=1), lambda: remind_of_postmortems(tools)),
        Job("remind_of_action_items", timedelta(minutes=1), lambda: remind_of_action_items(tools)),
        Job("deliver_messages", timedelta(seconds=1), lambda: deliver_messages(tools)),
        Job("rebuild_site", timedelta(seconds=1), lambda: rebuild_site(tools)),
        Job("refresh_site", timedelta(seconds=5), refresher.run),
        Job("forget_idempotency_keys", timedelta(hours=1), lambda: forget_keys(tools)),
        Job("take_in_imports", timedelta(seconds=1), lambda: take_in_imports(tools)),
        Job("ask_technical_leads", timedelta(seconds=1), lambda: ask_technical_leads(tools)),
        Job("pass_on_leads", timedelta(seconds=1), lambda: pass_on_leads(tools)),
        Job("look_for_silence", timedelta(seconds=10), lambda: look_for_silence(tools)),
        Job("give_prompts", timedelta(seconds=1), lambda: give_prompts(tools)),
        Job("forget_traces", timedelta(hours=1), lambda: forget_traces(tools)),
        Job("ping_watcher", timedelta(minutes=1), pinger.run),
    ]


def heartbeat(tools: Tools) -> None:
    """Show that the worker lives."""
    with tools.sessions() as session, writing(session):
        beat(session, WORKER, tools.adapters.clock.now())


def catch_up_site(tools: Tools) -> None:
    """Build what was published and not built: a crash came between, or another machine published."""
    wired = tools.adapters
    with tools.sessions() as session:
        with snapshot(session):
            published, built = the_page(session).publication, wired.site.number
        if built is None or built < published:
            publish(session, wired.site, wired.clock, wired.settings.base_url)


def rebuild_site(tools: Tools) -> None:
    """Build every page anew when a note asks for it."""
    wired = tools.adapters
    with tools.sessions() as session:
        rebuild_if_asked(session, wired.site, wired.clock, wired.settings.base_url)


class Refresher:
    """Renders again what time alone has changed. It remembers up to when it has looked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._since: datetime | None = None

    def run(self) -> None:
        """Look once; the first look after a start renders in any case."""
        wired = self._tools.adapters
        with self._tools.sessions() as session:
            self._since = refresh(session, wired.site, wired.clock, wired.settings.base_url, self._since)


def take_in_imports(tools: Tools) -> None:
    """Take in the histories that wait, if any does."""
    with tools.sessions() as session, snapshot(session):
        waits = next_import(session, tools.adapters.clock.now()) is not None
    if waits:
        # Imported here: what checks foreign histories takes 8 MB, and hardly any worker ever needs it.
        from statuspage.worker.imports import run_imports

        run_imports(tools)


def give_prompts(tools: Tools) -> None:
    """Have the game master of each running drill say what is due by its own clock."""
    with tools.sessions() as session:
        with snapshot(session):
            is_quiet = not drills_not_over(session)
        if is_quiet:
            return
        with unit_of_work(session, tools.adapters.clock, lambda _session, _now: COMMAND_LINE) as ctx:
            give_all_due_prompts(ctx)


def forget_keys(tools: Tools) -> None:
    """Forget the answers to requests that nobody will repeat any more."""
    with tools.sessions() as session, writing(session):
        forget_idempotency_keys(session, tools.adapters.clock.now() - KEYS_KEPT)


def forget_traces(tools: Tools) -> None:
    """Forget who looked at what, and the forms and tries of yesterday."""
    now = tools.adapters.clock.now()
    with tools.sessions() as session, writing(session):
        forget_presences(session, now - PRESENCE_KEPT)
        forget_sign_ins(session, now - FORMS_KEPT)
