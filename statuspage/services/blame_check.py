"""The blameless check of a postmortem: what it finds, and what a reviewer lets stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from statuspage.domain.blameless import Finding, Person, SiteWord, digest_of, findings
from statuspage.domain.errors import NotFoundError, RuleError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Section
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_text
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.postmortem_review import refuse_own
from statuspage.store.accounts import all_accounts
from statuspage.store.pages import Page
from statuspage.store.postmortems import AcceptedFinding, Postmortem, accepted_findings, head_of


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding and where it stands.

    `part` is a section's name, `timeline` or `action_items`; `key` the id of the line or item, None in a
    section. `accepted` is what a reviewer said to it, None while it is open.
    """

    part: str
    key: str | None
    finding: Finding
    accepted: AcceptedFinding | None


def check_blame(ctx: Context, postmortem: Postmortem, content: Content) -> list[PlacedFinding]:
    """Return every finding in a text of that postmortem, accepted ones too, in the order of the text.

    Places count from the beginning of the section, the line, or the item's title and team, a line each.
    """
    accounts = all_accounts(ctx.session)
    people = [Person(account.name, account.email) for account in accounts]
    # Teams that admins have set, not those typed into items: what is a team may be read.
    teams = sorted({account.team for account in accounts if account.team})
    words = site_words_of(ctx.page)
    accepted = {(row.rule, row.sentence_digest): row for row in accepted_findings(ctx.session, postmortem)}
    return [
        PlacedFinding(part, key, finding, accepted.get((finding.rule, digest_of(finding.sentence))))
        for part, key, text in _texts(content)
        for finding in findings(text, people, teams, words)
    ]


def open_findings(ctx: Context, postmortem: Postmortem, content: Content) -> list[PlacedFinding]:
    """Return the findings that nobody has accepted: what the gate counts."""
    return [placed for placed in check_blame(ctx, postmortem, content) if placed.accepted is None]


def accept_finding(
    ctx: Context, postmortem: Postmortem, rule: str, sentence: str, reason: str
) -> AcceptedFinding:
    """Let a finding of the newest text stand, with the reason; the first acceptance is the one that is kept.

    Raises `self_approval` for whoever wrote or edited it, `blank` without a reason, and `no_such_finding`.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    refuse_own(ctx, postmortem)
    reason = checked_text(reason, "reason")
    if not reason:
        raise RuleError("blank", "Say why this may stand.", "reason")
    wanted = (rule, digest_of(sentence))
    for placed in check_blame(ctx, postmortem, head_of(ctx.session, postmortem).value):
        if (placed.finding.rule, digest_of(placed.finding.sentence)) == wanted:
            return placed.accepted or _accept(ctx, postmortem, placed.finding, reason)
    raise NotFoundError("no_such_finding", "The text has no such finding; it may have changed.", "sentence")


def site_words_of(page: Page) -> list[SiteWord]:
    """Return the site's own words of blame."""
    return [SiteWord(each["word"], each.get("suggestion", "")) for each in page.blame_words]


def _texts(content: Content) -> Iterator[tuple[str, str | None, str]]:
    for section in Section:
        yield section.value, None, content.text_of(section)
    for entry in content.timeline:
        yield TIMELINE, entry.id, entry.text
    for item in content.items:
        yield ACTION_ITEMS, item.id, f"{item.title}\n\n{item.team}" if item.team else item.title


def _accept(ctx: Context, postmortem: Postmortem, finding: Finding, reason: str) -> AcceptedFinding:
    row = AcceptedFinding(
        postmortem_id=postmortem.id,
        rule=finding.rule,
        sentence=finding.sentence,
        sentence_digest=digest_of(finding.sentence),
        reason=reason,
        accepted_by_id=ctx.actor.account_id,
        accepted_at=ctx.now,
    )
    ctx.session.add(row)
    audit(
        ctx,
        "accept_finding",
        postmortem.public_id,
        rule=finding.rule,
        sentence=finding.sentence,
        reason=reason,
    )
    ctx.session.flush()
    return row
