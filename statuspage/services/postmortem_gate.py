"""What the gate says of a postmortem as it stands: the rules are `domain/postmortem_gate`'s."""

from collections import Counter
from dataclasses import replace

from statuspage.domain.postmortem import Content, form_for
from statuspage.domain.postmortem_gate import Circumstances, Unmet, unmet
from statuspage.services.blame_check import open_findings
from statuspage.services.context import Context
from statuspage.services.people import active_accounts
from statuspage.services.postmortem_templates import all_prompts
from statuspage.store.incident_values import incident_value
from statuspage.store.postmortems import Postmortem, has_written, head_of, published_of


def unmet_of(ctx: Context, postmortem: Postmortem, content: Content | None = None) -> tuple[Unmet, ...]:
    """Return every requirement that keeps this text from being published, in the order of the screen.

    `content` is what somebody is writing; None is the newest revision. Empty means that it may go out.
    """
    if content is None:
        content = head_of(ctx.session, postmortem).value
    around = circumstances_of(ctx, postmortem, content)
    return unmet(content, incident_value(postmortem.incident), around, ctx.now)


def unmet_of_published(ctx: Context, postmortem: Postmortem) -> tuple[Unmet, ...]:
    """Return what would keep the published text from being shown to more readers. It was approved when it
    was published; what has been written since does not concern it, unless the incident came back since then:
    what was written before the last resolution tells nobody of it."""
    revision = published_of(ctx.session, postmortem)
    if revision is None:
        return unmet_of(ctx, postmortem)
    around = circumstances_of(ctx, postmortem, revision.value)
    resolved_at = postmortem.incident.resolved_at
    is_of_all = resolved_at is None or revision.created_at >= resolved_at
    around = replace(around, approved_digest=revision.digest if is_of_all else None, has_final=False)
    return unmet(revision.value, incident_value(postmortem.incident), around, ctx.now)


def circumstances_of(ctx: Context, postmortem: Postmortem, content: Content) -> Circumstances:
    """Return what the gate has to know beside that text."""
    row = postmortem.incident
    return Circumstances(
        form=form_for(row.highest_impact),
        is_drill=row.drill is not None,
        prompts=all_prompts(ctx.session),
        active_owners=frozenset(account.public_id for account in active_accounts(ctx).values()),
        open_findings=Counter(found.part for found in open_findings(ctx, postmortem, content)),
        approved_digest=_approved_by_another(ctx, postmortem),
        public_since=postmortem.public_since,
        final_by=postmortem.final_by,
        has_final=postmortem.final_since is not None,
    )


def _approved_by_another(ctx: Context, postmortem: Postmortem) -> str | None:
    """Return the approved digest; an approval by who has written in it counts for nothing, however it came
    about."""
    approver = postmortem.approved_by_id
    if approver is None or has_written(ctx.session, postmortem, approver):
        return None
    return postmortem.approved_digest
