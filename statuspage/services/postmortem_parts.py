"""Saving a postmortem part by part: what one part is refused for keeps no other from being saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from statuspage.domain.errors import DomainError
from statuspage.domain.postmortem import Content
from statuspage.services.context import Context
from statuspage.services.postmortems import save_postmortem
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_revision, head_of


@dataclass(frozen=True, slots=True)
class TypedPart:
    """What somebody made of one part, and the number of the revision from which they began."""

    base: int
    change: Callable[[Content], Content]


@dataclass(frozen=True, slots=True)
class SavedParts:
    """The newest text after a save, and by part why some of it is not in there."""

    revision: PostmortemRevision
    refused: Mapping[str, DomainError] = field(default_factory=dict)


def save_parts(ctx: Context, postmortem: Postmortem, typed: Mapping[str, TypedPart]) -> SavedParts:
    """Save all parts that can be saved; return with the newest revision what was refused, by part.

    A part is a section's name, `timeline`, `action_items` or `final_by`; each is put together with what
    others saved since its own base. A refusal that is about no part is raised.
    """
    refused: dict[str, DomainError] = {}
    for base in sorted({part.base for part in typed.values()}):
        group = {name: part for name, part in typed.items() if part.base == base}
        _save_group(ctx, postmortem, base, group, refused)
    return SavedParts(head_of(ctx.session, postmortem), refused)


def _save_group(
    ctx: Context,
    postmortem: Postmortem,
    base: int,
    group: dict[str, TypedPart],
    refused: dict[str, DomainError],
) -> None:
    was = get_revision(ctx.session, postmortem, base).value
    while group:
        mine = was
        for part in group.values():
            mine = part.change(mine)
        try:
            with ctx.session.begin_nested():
                save_postmortem(ctx, postmortem, mine, base)
        except DomainError as error:
            if error.field not in group:
                raise
            refused[error.field] = error
            del group[error.field]
        else:
            return
