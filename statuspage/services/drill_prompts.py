"""What the game master says in a drill, each at its time of the drill's own clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from statuspage.domain.errors import RuleError
from statuspage.domain.text import checked_message
from statuspage.services.context import Context
from statuspage.services.drill_time import say, tell_participants
from statuspage.store.drills import Drill, DrillPrompt, drills_not_over
from statuspage.store.incidents import incident_of_drill

MOST_PROMPTS = 50
LATEST_PROMPT = 24 * 60
PROMPT_LIMIT = 2_000
_LINE = re.compile(r"(\d{1,6})\s*(?:min(?:utes?)?)?\s*[:.,;\s]\s*(\S.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to say so many minutes of drill time after the start."""

    after_minutes: int
    text: str


def checked_prompts(prompts: Sequence[Prompt]) -> list[Prompt]:
    """Return the prompts in order of time; refuse what can't be said."""
    if len(prompts) > MOST_PROMPTS:
        raise RuleError("too_many", f"A drill has at most {MOST_PROMPTS} prompts.", "prompts")
    for one in prompts:
        if not 0 <= one.after_minutes <= LATEST_PROMPT:
            raise RuleError(
                "prompt_out_of_range",
                f"A prompt comes 0 to {LATEST_PROMPT} minutes after the start.",
                "prompts",
            )
        if len(checked_message(one.text, "prompts")) > PROMPT_LIMIT:
            raise RuleError("too_long", f"Shorten each prompt to {PROMPT_LIMIT:,} characters.", "prompts")
    ordered = sorted(prompts, key=lambda one: one.after_minutes)
    return [Prompt(one.after_minutes, one.text.strip()) for one in ordered]


def prompts_of_lines(text: str) -> list[Prompt]:
    """Return prompts typed one in each line, as `5: A customer calls.`; empty lines don't count."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = _LINE.fullmatch(line)
        if parts is None:
            sentence = f"Begin each line with its minute, like “5: A customer calls.”, not “{line[:80]}”."
            raise RuleError("invalid", sentence, "prompts")
        found.append(Prompt(int(parts[1]), parts[2]))
    return found


def give_all_due_prompts(ctx: Context) -> None:
    """Give what is due in every drill that runs."""
    for drill in drills_not_over(ctx.session):
        give_due_prompts(ctx, drill)


def prompts_given(drill: Drill | None) -> list[DrillPrompt]:
    """Return what the game master has said, the newest first."""
    given = [prompt for prompt in drill.prompts if prompt.given_at is not None] if drill else []
    return given[::-1]


def give_due_prompts(ctx: Context, drill: Drill) -> None:
    """Say each prompt whose time has come, once: into the timeline and to the participants."""
    for prompt in _due(ctx, drill):
        prompt.given_at = ctx.at_time_of(incident_of_drill(ctx.session, drill)).now
        ctx.session.flush()
        say(ctx, drill, f"Game master: {prompt.text}")
        tell_participants(ctx, drill, f"prompt:{prompt.id}", prompt.text)


def _due(ctx: Context, drill: Drill) -> list[DrillPrompt]:
    if drill.ended_at is not None:
        return []
    at = drill.clock.drill_time(ctx.real_now)
    return [
        prompt
        for prompt in drill.prompts
        if prompt.given_at is None and at >= drill.started_at + timedelta(minutes=prompt.after_minutes)
    ]
