"""Acts that are several verbs in one transaction: declared and announced, one text for several incidents."""

from collections.abc import Sequence
from dataclasses import replace

from statuspage.domain.errors import DomainError, RuleError
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.declare_incident import declare_incident
from statuspage.services.publish_notice import publish_notice
from statuspage.store.incidents import IncidentRow, IncidentUpdate


def declare_and_publish(ctx: Context, declaration: Declaration, command: NoticeCommand) -> IncidentRow:
    """Declare an incident and publish its first notice: both or neither."""
    row = declare_incident(ctx, declaration)
    publish_notice(ctx, row, command)
    return row


def publish_to_several(
    ctx: Context, rows: Sequence[IncidentRow], commands: Sequence[NoticeCommand]
) -> list[IncidentUpdate]:
    """Publish to several open incidents, to all or to none.

    A refusal names the incident that it comes from.
    """
    if not rows:
        raise RuleError("no_incident", "Choose at least one incident.", "incidents")
    if any(row.drill is not None for row in rows):
        sentence = "What a drill says goes out on its own screen alone, never with real notices."
        raise RuleError("drill_incident", sentence, "incidents")
    published = []
    for row, command in zip(rows, commands, strict=True):
        try:
            published.append(publish_notice(ctx, row, replace(command, deliver_notifications=True)))
        except DomainError as error:
            error.begin_with(f"“{row.name}”: ")
            raise
    return published
