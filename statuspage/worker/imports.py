"""Taking in histories that were handed over: what is slow happens outside the transactions."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from statuspage.domain.errors import DomainError
from statuspage.domain.roles import COMMAND_LINE, Actor
from statuspage.services.context import Context, unit_of_work
from statuspage.services.import_history import prepare
from statuspage.services.import_source import Source, read_source
from statuspage.services.imports import (
    LARGEST_UNPACKED,
    Leased,
    LeaseLostError,
    end_import,
    keep_content,
    note_total,
    parts_of,
    take_import,
    take_in,
)
from statuspage.worker.tools import Tools

T = TypeVar("T")


def run_imports(tools: Tools) -> None:
    """Take in all that waits; an import that another worker has taken over is left to it."""
    while (leased := _within(tools, COMMAND_LINE, take_import)) is not None:
        try:
            _run(tools, leased)
        except LeaseLostError:
            return


def _run(tools: Tools, leased: Leased) -> None:
    try:
        leased = _fetched(tools, leased)
        source = read_source(leased.content or b"", leased.components, LARGEST_UNPACKED)
    except DomainError as error:
        refusal = error
        _within(tools, leased.actor, lambda ctx: end_import(ctx, leased, refusal))
        return
    _take_in_all(tools, leased, source)


def _fetched(tools: Tools, leased: Leased) -> Leased:
    if leased.address is None:
        return leased
    content = tools.adapters.fetcher.fetch(leased.address)
    return _within(tools, leased.actor, lambda ctx: keep_content(ctx, leased, content))


def _take_in_all(tools: Tools, leased: Leased, source: Source) -> None:
    total = len(source.incidents)
    held = _within(tools, leased.actor, lambda ctx: note_total(ctx, leased, total))
    for part in parts_of(source, held.done):
        prepared = prepare(part, tools.adapters.markdown)
        before = held
        held = _within(tools, leased.actor, lambda ctx: take_in(ctx, before, prepared))  # noqa: B023 - runs now
    _within(tools, leased.actor, lambda ctx: end_import(ctx, held))


def _within(tools: Tools, actor: Actor, act: Callable[[Context], T]) -> T:
    def authenticated(_session: Session, _now: object) -> Actor:
        return actor

    with tools.sessions() as session, unit_of_work(session, tools.adapters.clock, authenticated) as ctx:
        return act(ctx)
