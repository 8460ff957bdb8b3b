"""Labels on postmortems: words by which the staff find what comes again.

They are no part of the text: no approval ends with them, nobody becomes an editor, no customer reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from statuspage.domain.errors import ConflictError, NotFoundError
from statuspage.domain.learning import LABEL_LIMIT, MOST_LABELS, LabelKind
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.store.labels import labels_used
from statuspage.store.postmortems import Postmortem, PostmortemLabel, labels_of

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Labels:
    """What a postmortem is labelled with, what others are and it is not, and every word that is known, by
    kind; what is used most comes first."""

    present: Mapping[LabelKind, tuple[str, ...]]
    suggested: Mapping[LabelKind, tuple[str, ...]]
    known: Mapping[LabelKind, tuple[str, ...]]


def add_label(ctx: Context, postmortem: Postmortem, kind: LabelKind, label: str) -> str:
    """Label a postmortem, and return the label: in the spelling of others that differ from it in case alone.

    Labelling it twice with one word changes nothing.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    label = " ".join(checked_line(label, "label", LABEL_LIMIT).split())
    known = {each.casefold(): each for each in labels_used(ctx.session, kind)}
    label = known.get(label.casefold(), label)
    present = [each for each in labels_of(ctx.session, postmortem) if each.kind == kind]
    if any(each.label == label for each in present):
        return label
    if len(present) >= MOST_LABELS:
        raise ConflictError("too_many", f"Keep this to {MOST_LABELS} labels; remove one first.", "label")
    ctx.session.add(PostmortemLabel(postmortem_id=postmortem.id, kind=kind.value, label=label))
    audit(ctx, "add_label", postmortem.public_id, kind=kind.value, label=label)
    ctx.session.flush()
    return label


def remove_label(ctx: Context, postmortem: Postmortem, kind: LabelKind, label: str) -> None:
    """Take a label away again."""
    ctx.actor.require(SiteRole.RESPONDER)
    for row in labels_of(ctx.session, postmortem):
        if (row.kind, row.label) == (kind, label):
            ctx.session.delete(row)
            audit(ctx, "remove_label", postmortem.public_id, kind=kind.value, label=label)
            ctx.session.flush()
            return
    raise NotFoundError("not_found", "The postmortem has no such label.", "label")


def labels_for(ctx: Context, postmortem: Postmortem) -> Labels:
    """Return the labels of a postmortem with what may be added."""
    rows = labels_of(ctx.session, postmortem)
    known = {kind: tuple(labels_used(ctx.session, kind)) for kind in LabelKind}
    present = {kind: tuple(row.label for row in rows if row.kind == kind) for kind in LabelKind}
    return Labels(
        present=present,
        suggested={
            kind: tuple(each for each in known[kind] if each not in present[kind])[:SUGGESTED]
            for kind in LabelKind
        },
        known=known,
    )
