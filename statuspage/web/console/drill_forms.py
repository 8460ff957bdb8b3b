"""The forms of drills: a story with what fails, what the game master says and, to start, who plays."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from wtforms import HiddenField, StringField, TextAreaField

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import RuleError
from statuspage.services.drill_prompts import Prompt, prompts_of_lines
from statuspage.store.accounts import Account
from statuspage.store.drills import DrillScenario
from statuspage.web.console.composing import STATE_PREFIX
from statuspage.web.console.forms import ConsoleForm

PARTICIPANT_PREFIX = "participant-"
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)


class StoryForm(ConsoleForm):
    """What a scenario and a drill have in common; states of components are fields of their own."""

    aliases: ClassVar[Mapping[str, str]] = {"name": "title", "components": "title"}

    title = StringField("Title")
    prompts = TextAreaField("What the game master says")

    def told(self) -> list[Prompt]:
        """Return the prompts as typed, one in each line."""
        return prompts_of_lines(self.prompts.data or "")


class ScenarioForm(StoryForm):
    """A scenario."""

    description = TextAreaField("What it is for")
    version = HiddenField()


class DrillForm(StoryForm):
    """A drill to start. `form_key` makes a form that is sent twice act once."""

    aliases: ClassVar[Mapping[str, str]] = StoryForm.aliases

    speed = StringField("Speed")
    participants = HiddenField()
    scenario = HiddenField()
    form_key = HiddenField()

    def pace(self) -> int:
        """Return the speed that was typed."""
        text = (self.speed.data or "").strip()
        if not _NUMBER.fullmatch(text):
            raise RuleError("invalid", "Type a whole number from 1 to 60.", "speed")
        return int(text)


def lines_of(scenario: DrillScenario) -> str:
    """Return a scenario's prompts as the form has them."""
    return "\n".join(f"{one['after_minutes']}: {' '.join(one['text'].split())}" for one in scenario.prompts)


def typed_states() -> dict[str, str]:
    """Return what stands in the fields of components, by field name."""
    return {name: value for name, value in request.form.items() if name.startswith(STATE_PREFIX) and value}


def states_from_form() -> dict[str, ComponentState]:
    """Return the states that were chosen."""
    try:
        return {
            name.removeprefix(STATE_PREFIX): ComponentState(value) for name, value in typed_states().items()
        }
    except ValueError:
        raise RuleError("invalid", "Choose one of the states offered.", "title") from None


def chosen(accounts: list[Account]) -> list[str]:
    """Return the mail addresses of those who were ticked."""
    return [one.email for one in accounts if PARTICIPANT_PREFIX + one.public_id in request.form]


def scenario_fields(scenario: DrillScenario) -> dict[str, Any]:
    """Return a scenario as its form shows it."""
    return {
        "title": scenario.title,
        "description": scenario.description or "",
        "prompts": lines_of(scenario),
        "version": str(scenario.version),
    }
