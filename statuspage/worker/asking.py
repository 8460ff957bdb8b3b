"""Watching by state: what is due is read first, so that a look without news writes nothing."""

from collections.abc import Callable

from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.context import Context, reading, unit_of_work
from statuspage.services.lapsed_offers import hand_leads_on, is_any_lead_to_hand_on
from statuspage.services.open_questions import ask_questions, is_any_question_due
from statuspage.services.silence import has_silence_moved, watch_silence
from statuspage.worker.tools import Tools


def ask_technical_leads(tools: Tools) -> None:
    """Ask what changed, before each promise that is due soon."""
    _look_then_act(tools, is_any_question_due, ask_questions)


def pass_on_leads(tools: Tools) -> None:
    """Tell commanders of the leads that nobody took over in time."""
    _look_then_act(tools, is_any_lead_to_hand_on, hand_leads_on)


def look_for_silence(tools: Tools) -> None:
    """Note what goes on without a word, and what is over."""
    _look_then_act(tools, has_silence_moved, watch_silence)


def _look_then_act(tools: Tools, has_news: Callable[[Context], bool], act: Callable[[Context], None]) -> None:
    clock = tools.adapters.clock
    with tools.sessions() as session:
        with reading(session, clock, lambda _session, _now: COMMAND_LINE) as ctx:
            if not has_news(ctx):
                return
        with unit_of_work(session, clock, lambda _session, _now: COMMAND_LINE) as ctx:
            act(ctx)
