"""What new postmortems ask in their sections, by impact: the site's own questions or the built-in ones."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.errors import StaleError
from statuspage.domain.postmortem import Section
from statuspage.domain.postmortem_prompts import PROMPT_LIMIT, all_built_in, built_in_prompts
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_text
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.store.postmortems import PostmortemTemplate, templates

Prompts = Mapping[Section, str]


def prompts_for(session: Session, impact: Impact) -> Prompts:
    """Return what a postmortem after an incident of that impact asks, for the sections in which it asks."""
    own = templates(session).get(impact)
    return sections_of(own) if own is not None and own.is_changed else built_in_prompts(impact)


def all_prompts(session: Session) -> Mapping[Section, tuple[str, ...]]:
    """Return every text that any template puts, or ever put, into each section: nobody's own words.

    Earlier ones count too: drafts that were made with them still hold them.
    """
    found: dict[Section, list[str]] = {section: [] for section in Section}
    for section, text in all_built_in():
        found[section].append(text)
    for template in templates(session).values():
        for name, text in template.sections.items():
            found[Section(name)].append(text)
        for name, texts in template.former.items():
            found[Section(name)] += texts
    return {section: tuple(dict.fromkeys(filter(None, texts))) for section, texts in found.items()}


def sections_of(template: PostmortemTemplate) -> Prompts:
    """Return the site's own questions."""
    return {Section(name): text for name, text in template.sections.items()}


def change_postmortem_template(
    ctx: Context, impact: Impact, prompts: Prompts, version: int | None = None
) -> None:
    """Have new postmortems of that impact ask this, an absent or empty section nothing.

    What is drafted already stays as it is. With a `version` that the template has no more it raises `stale`;
    0 is the version of one that was never changed. To ask what the product asks is to reset it.
    """
    ctx.actor.require(SiteRole.ADMIN)
    chosen = {section: checked_text(text, section.value, PROMPT_LIMIT) for section, text in prompts.items()}
    kept = {section: text for section, text in chosen.items() if text}
    template = _template(ctx, impact)
    _refuse_stale(template, version)
    if kept == built_in_prompts(impact):
        kept = {}
    _set(ctx, template, {section.value: kept.get(section, "") for section in Section} if kept else {})


def reset_postmortem_template(ctx: Context, impact: Impact) -> None:
    """Have new postmortems of that impact ask what the product asks."""
    ctx.actor.require(SiteRole.ADMIN)
    _set(ctx, _template(ctx, impact), {})


def _set(ctx: Context, template: PostmortemTemplate, sections: dict[str, str]) -> None:
    if sections == template.sections:
        return
    former = {name: list(texts) for name, texts in template.former.items()}
    for name, text in template.sections.items():
        if text and text not in former.setdefault(name, []):
            former[name].append(text)
    template.former = former
    template.sections = sections
    template.updated_at = ctx.now
    ctx.session.add(template)
    ctx.session.flush()
    verb = "change_postmortem_template" if sections else "reset_postmortem_template"
    audit(ctx, verb, ctx.page.public_id, impact=template.impact.value)


def _template(ctx: Context, impact: Impact) -> PostmortemTemplate:
    known = templates(ctx.session).get(impact)
    return known or PostmortemTemplate(impact=impact, sections={}, former={}, updated_at=ctx.now)


def _refuse_stale(template: PostmortemTemplate, version: int | None) -> None:
    if version is not None and version != (template.version or 0):
        latest = "\n\n".join(text for text in template.sections.values() if text)
        raise StaleError(
            "Somebody else has changed these questions meanwhile. Look at theirs, then save yours.",
            None,
            latest,
        )
