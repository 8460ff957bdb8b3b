"""The console: where the staff publish. One module per noun; each registers its screens on the blueprint."""

from flask import Flask
from jinja2 import StrictUndefined

from statuspage.services import silence_words
from statuspage.web.console import (
    accounts,
    action_items,
    acts,
    alarms,
    components,
    composer,
    contacts,
    declare,
    drills,
    facts,
    help_screens,
    home,
    imports,
    incident,
    incidents,
    learning,
    me,
    notices,
    people,
    postmortem_editor,
    postmortem_links,
    postmortem_publish,
    postmortem_review,
    postmortem_settings,
    postmortem_templates,
    postmortems,
    questions,
    reaching,
    ready,
    report,
    review,
    rota,
    scenarios,
    session,
    settings,
    several,
    silence,
    templates,
    timeline,
    tokens,
    wording,
)
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.home import digest_of

__all__ = [
    "accounts",
    "action_items",
    "acts",
    "alarms",
    "components",
    "composer",
    "contacts",
    "declare",
    "drills",
    "facts",
    "help_screens",
    "home",
    "imports",
    "incident",
    "incidents",
    "init_console",
    "learning",
    "me",
    "notices",
    "people",
    "postmortem_editor",
    "postmortem_links",
    "postmortem_publish",
    "postmortem_review",
    "postmortem_settings",
    "postmortem_templates",
    "postmortems",
    "questions",
    "reaching",
    "ready",
    "report",
    "review",
    "rota",
    "scenarios",
    "session",
    "settings",
    "several",
    "silence",
    "templates",
    "timeline",
    "tokens",
]


def init_console(app: Flask) -> None:
    """Add the console to the application."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.undefined = StrictUndefined
    environment.globals.update(
        help_for=help_screens.help_for,
        alarms_html=alarms.alarms_html,
        digest_of=digest_of,
        deadline_words=wording.deadline_words,
        words_left=wording.words_left,
        silence_words=silence_words.words_of,
        silence_name=silence_words.name_of,
        STATUS_WORDS=wording.STATUS_WORDS,
        ROLE_WORDS=wording.ROLE_WORDS,
        SITE_ROLE_WORDS=wording.SITE_ROLE_WORDS,
    )
    app.register_blueprint(blueprint)
