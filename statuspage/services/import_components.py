"""The components that an imported history speaks of: added where they are unknown, otherwise left alone."""

from dataclasses import dataclass
from datetime import date

from statuspage.services.context import Context
from statuspage.services.import_source import Source, SourceComponent
from statuspage.services.public_ids import public_id_for
from statuspage.store.components import Component, ComponentGroup, all_components, all_groups, find_components


@dataclass(frozen=True, slots=True)
class Imported:
    """The source's components here: public ids and keys by the source's own ids."""

    public_ids: dict[str, str]
    keys: dict[str, int]
    added: int


def import_components(ctx: Context, source: Source) -> Imported:
    """Add the unknown ones, operational; those that exist keep everything they have."""
    named = {one.id: one for one in source.components}
    for incident in source.incidents:
        for one in incident.components:
            named.setdefault(one.id, one)
    groups = _import_groups(ctx, [one for one in named.values() if one.group])
    plain = sorted(
        (one for one in named.values() if not one.group), key=lambda one: (one.position or 0, one.name)
    )
    ids = {one.id: public_id_for(one.id) for one in plain}
    known = find_components(ctx.session, ids.values())
    last = max((each.position for each in all_components(ctx.session)), default=0)
    added = 0
    for one in plain:
        if ids[one.id] not in known:
            added += 1
            known[ids[one.id]] = _new_component(ctx, one, groups, last + added)
    ctx.session.flush()
    return Imported(ids, {source_id: known[ids[source_id]].id for source_id in ids}, added)


def _import_groups(ctx: Context, rows: list[SourceComponent]) -> dict[str, ComponentGroup]:
    known = {group.public_id: group for group in all_groups(ctx.session)}
    groups = {}
    for row in rows:
        public_id = public_id_for(row.id)
        if public_id not in known:
            known[public_id] = ComponentGroup(
                public_id=public_id,
                name=row.name,
                description=row.description,
                position=row.position or 1,
                created_at=row.created_at or ctx.now,
                updated_at=row.updated_at or ctx.now,
            )
            ctx.session.add(known[public_id])
        groups[row.id] = known[public_id]
    return groups


def _new_component(
    ctx: Context, one: SourceComponent, groups: dict[str, ComponentGroup], position: int
) -> Component:
    component = Component(
        public_id=public_id_for(one.id),
        name=one.name,
        description=one.description,
        group=groups.get(one.group_id or ""),
        position=position,
        showcase=one.showcase is not False,
        only_show_if_degraded=bool(one.only_show_if_degraded),
        start_date=_day(one.start_date),
        created_at=one.created_at or ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(component)
    return component


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
