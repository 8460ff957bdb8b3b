"""The console's words for postmortems: states, parts and what each is for, marks of the timeline."""

from collections.abc import Mapping

from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Moment, PostmortemState, Section
from statuspage.domain.postmortem_gate import MOMENT_NAMES
from statuspage.store.postmortems import Postmortem

PURPOSES: Mapping[str, str] = {
    Section.SUMMARY: "What happened, in three sentences that a customer understands.",
    Section.IMPACT: "Who could not do what, and for how long.",
    TIMELINE: "From the first sign to the resolution. Internal lines are never shown to customers.",
    Section.ROOT_CAUSE: "The cause and all that helped it along, about systems, not people.",
    Section.SYSTEMIC_ISSUES: "What in how we build and work let this happen, and may again.",
    Section.WENT_WELL: "What kept it from being worse, and is worth keeping.",
    Section.WENT_WRONG: "What made it longer or harder than it had to be.",
    ACTION_ITEMS: "What will change, by when. Customers read the title, the team and the date.",
}
STATES: Mapping[PostmortemState, str] = {
    PostmortemState.DRAFT: "Draft",
    PostmortemState.IN_REVIEW: "In review",
    PostmortemState.APPROVED: "Approved",
    PostmortemState.PUBLISHED: "Published",
    PostmortemState.WAIVED: "Waived",
}
TONES: Mapping[PostmortemState, str] = {
    PostmortemState.DRAFT: "info",
    PostmortemState.IN_REVIEW: "part",
    PostmortemState.APPROVED: "maint",
    PostmortemState.PUBLISHED: "ok",
    PostmortemState.WAIVED: "",
}
MOMENTS: Mapping[Moment, str] = {moment: MOMENT_NAMES[moment].capitalize() for moment in Moment}


def state_in_words(postmortem: Postmortem, state: PostmortemState) -> str:
    """Return how far it is; `Published, correction in review` where readers have an older text."""
    if postmortem.published_number is None or state in (PostmortemState.PUBLISHED, PostmortemState.WAIVED):
        return STATES[state]
    return f"Published, correction {STATES[state].lower().replace('draft', 'begun')}"


def note_in_words(note: str | None) -> str:
    """Return where a revision comes from, in words; empty where somebody typed it."""
    if note is None:
        return ""
    name, _, number = note.partition(":")
    said = {"drafted": "Drafted by the product", "imported": "Imported from a file"}
    return f"Revision {number} restored" if name == "restored" else said.get(name, note)
