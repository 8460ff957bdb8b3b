"""A Markdown file taken over into a postmortem."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from statuspage.domain.postmortem import Content, Entry, Item, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.postmortem_markdown import Imported, read_markdown
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.people import active_accounts
from statuspage.services.postmortems import save_postmortem
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import Postmortem, get_revision, head_of

IMPORTED = "imported"
Part = TypeVar("Part", Entry, Item)


class Fate(StrEnum):
    """What an import does to a part."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an import would do, before it does it: each section with its new text, each line and item."""

    sections: tuple[tuple[str, Fate, str], ...]
    lines: tuple[tuple[Entry, Fate], ...]
    items: tuple[tuple[Item, Fate], ...]
    notes: tuple[str, ...]

    @property
    def changes_anything(self) -> bool:
        """Return whether it would change the text at all."""
        fates = [*(each[1] for each in self.sections), *(each[1] for each in (*self.lines, *self.items))]
        return any(fate is not Fate.SAME for fate in fates)


def read_file(
    ctx: Context, postmortem: Postmortem, text: str, base_number: int | None = None, *, replaces: bool = False
) -> Imported:
    """Return the text of revision `base_number`, by default the newest, with what the file says in it.

    Raises what `read_markdown` raises.
    """
    base = _base(ctx, postmortem, base_number)
    return read_markdown(
        text, base, new_public_id, zone=ctx.page.time_zone, owners=known_owners(ctx), replaces=replaces
    )


def foresee_import(
    ctx: Context, postmortem: Postmortem, text: str, base_number: int | None = None, *, replaces: bool = False
) -> Foreseen:
    """Return what the import of a file would do; it does nothing."""
    base = _base(ctx, postmortem, base_number)
    found = read_file(ctx, postmortem, text, base_number, replaces=replaces)
    after = found.content
    return Foreseen(
        sections=tuple(_sections(base, after)),
        lines=_fates(base.timeline, after.timeline),
        items=_fates(base.items, after.items),
        notes=found.notes,
    )


def import_markdown(
    ctx: Context, postmortem: Postmortem, text: str, base_number: int | None = None, *, replaces: bool = False
) -> Imported:
    """Take a file over, put together with what others have saved since revision `base_number`; return what it
    said. Raises what `read_markdown` and `save_postmortem` raise."""
    ctx.actor.require(SiteRole.RESPONDER)
    number = head_of(ctx.session, postmortem).number if base_number is None else base_number
    found = read_file(ctx, postmortem, text, number, replaces=replaces)
    save_postmortem(ctx, postmortem, found.content, number, IMPORTED)
    return found


def known_owners(ctx: Context) -> dict[str, str]:
    """Return the accounts in use as files name them: by mail address, and by a name that one alone has."""
    accounts = list(active_accounts(ctx).values())
    names = [account.name.casefold() for account in accounts]
    by_name = {
        account.name.casefold(): account.public_id
        for account in accounts
        if names.count(account.name.casefold()) == 1
    }
    return by_name | {account.email.casefold(): account.public_id for account in accounts}


def _base(ctx: Context, postmortem: Postmortem, number: int | None) -> Content:
    head = head_of(ctx.session, postmortem)
    known = head if number in (None, head.number) else get_revision(ctx.session, postmortem, number or 0)
    return known.value


def _sections(before: Content, after: Content) -> list[tuple[str, Fate, str]]:
    found = []
    for section in Section:
        old, new = before.text_of(section), after.text_of(section)
        if new:
            fate = Fate.SAME if new == old else Fate.CHANGED if old else Fate.NEW
            found.append((SECTION_NAMES[section], fate, new))
    return found


def _fates(before: Sequence[Part], after: Sequence[Part]) -> tuple[tuple[Part, Fate], ...]:
    was: dict[str, Part] = {part.id: part for part in before}
    stay = {part.id for part in after}
    found: list[tuple[Part, Fate]] = []
    for part in after:
        old = was.get(part.id)
        found.append((part, Fate.NEW if old is None else Fate.SAME if old == part else Fate.CHANGED))
    found += [(part, Fate.GONE) for part in before if part.id not in stay]
    return tuple(found)
