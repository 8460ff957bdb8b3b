"""What was learnt: one postmortem that customers read, and one that waits for a second pair of eyes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from statuspage.demo.company import ANA, BEN, CHIARA
from statuspage.demo.script import Script, Stage
from statuspage.domain.action_item import ItemKind
from statuspage.domain.learning import LabelKind
from statuspage.domain.postmortem import Item, Section, Visibility
from statuspage.services.action_items import close_item
from statuspage.services.postmortem_html import render_postmortem
from statuspage.services.postmortem_labels import add_label
from statuspage.services.postmortem_review import approve_postmortem, ask_review
from statuspage.services.postmortem_templates import all_prompts
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_postmortem import publish_postmortem
from statuspage.store.accounts import Account, find_account
from statuspage.store.action_items import items_of
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of

HOUR, DAY = 60, 24 * 60

SIGN_IN = {
    Section.SUMMARY: (
        "Single sign-on failed for some companies on two occasions, because a certificate had run out. The second "
        "time one server still held the old one. Signing in with a password worked throughout."
    ),
    Section.IMPACT: (
        "People in about one company in eight could not sign in through their company's account: for 40 minutes at "
        "first, and for 34 minutes when it came back. Whoever was signed in already noticed nothing."
    ),
    Section.ROOT_CAUSE: (
        "The certificate by which companies trust our sign-in is valid for a year. Its renewal was a note in a "
        "calendar, and the calendar belonged to a mailbox that nobody reads any more.\n\n"
        "Contributing: the new certificate is copied to each server by hand, and nothing compares them afterwards."
    ),
    Section.SYSTEMIC_ISSUES: (
        "Dates on which something runs out are kept in several places, none of which rings an alarm. Our checks "
        "sign in with a password only, so that single sign-on can fail without anything noticing."
    ),
    Section.WENT_WELL: "The first notice was out 11 minutes after the first report, and it named a way around.",
    Section.WENT_WRONG: (
        "We said that it was over after looking at one server out of six. The second report came from a customer."
    ),
}
MAILS = {
    Section.SUMMARY: (
        "Invoices sent by e-mail arrived up to half an hour late for an hour and a half. None was lost."
    ),
    Section.IMPACT: (
        "About 18,000 invoices reached your customers later than usual. No invoice was sent twice."
    ),
    Section.ROOT_CAUSE: (
        "One of the two companies that deliver our mails accepted them at a tenth of the usual speed. We noticed "
        "only when the queue was long, because the alarm looks at errors and not at waiting mails."
    ),
}


def write_lookback(script: Script) -> None:
    """Write and publish what is to be said of the incidents of the day before yesterday."""
    _sign_in(script)
    _mails(script)


def _sign_in(script: Script) -> None:
    items = (
        ("Ring an alarm 30 days before a certificate runs out", ItemKind.DETECT, ANA, "Platform", 10),
        ("Renew certificates by a job, on all servers at once", ItemKind.PREVENT, ANA, "Platform", 24),
        ("Check single sign-on every five minutes from outside", ItemKind.DETECT, CHIARA, "Payments", 0),
        ("Before saying that it is over: look at every server", ItemKind.PROCESS, BEN, "Customer support", 3),
    )
    script.add(30 * HOUR, BEN, lambda stage: _write(stage, "sign-in", SIGN_IN, items))
    script.add(29 * HOUR, BEN, lambda stage: ask_review(stage.ctx, _of(stage, "sign-in"), [_who(stage, ANA)]))
    script.add(27 * HOUR, ANA, lambda stage: _approve(stage, "sign-in"))
    script.add(26.5 * HOUR, BEN, lambda stage: _publish(stage, "sign-in"))
    script.add(26 * HOUR, CHIARA, lambda stage: _label(stage, "sign-in"))
    script.add(5 * HOUR, BEN, _close_the_first)


def _mails(script: Script) -> None:
    items = (
        ("Put the permanent fix in place: share mails between both companies by their speed", ItemKind.FIX, CHIARA,
         "Payments", 14),
        ("Ring an alarm when mails wait longer than five minutes", ItemKind.DETECT, BEN, "Customer support", 7),
    )  # fmt: skip
    script.add(9 * HOUR, BEN, lambda stage: _write(stage, "mails", MAILS, items))
    script.add(3 * HOUR, BEN, lambda stage: ask_review(stage.ctx, _of(stage, "mails"), [_who(stage, ANA)]))


Items = tuple[tuple[str, ItemKind, str, str, int], ...]


def _write(stage: Stage, story: str, texts: Mapping[Section, str], items: Items) -> None:
    postmortem = _of(stage, story)
    head = head_of(stage.ctx.session, postmortem)
    today = stage.ctx.now.date()
    written = tuple(
        Item(new_public_id(), title, kind, _who(stage, owner).public_id, team, today + timedelta(days=days))
        for title, kind, owner, team, days in items
    )
    content = replace(head.value, sections={**head.value.sections, **texts}, items=written)
    save_postmortem(stage.ctx, postmortem, content, head.number)


def _approve(stage: Stage, story: str) -> None:
    postmortem = _of(stage, story)
    approve_postmortem(stage.ctx, postmortem, head_of(stage.ctx.session, postmortem).digest)


def _publish(stage: Stage, story: str) -> None:
    postmortem = _of(stage, story)
    head = head_of(stage.ctx.session, postmortem)
    rendered = render_postmortem(stage.renderer, head.value, all_prompts(stage.ctx.session))
    publish_postmortem(stage.ctx, postmortem, rendered, Visibility.PUBLIC)


def _label(stage: Stage, story: str) -> None:
    postmortem = _of(stage, story)
    add_label(stage.ctx, postmortem, LabelKind.FACTOR, "certificates")
    add_label(stage.ctx, postmortem, LabelKind.SYSTEMIC, "checks miss what customers use")


def _close_the_first(stage: Stage) -> None:
    item = items_of(stage.ctx.session, _of(stage, "sign-in"))[3]
    close_item(stage.ctx, item, "It stands in the runbook now, and in the template of the resolution notice.")


def _of(stage: Stage, story: str) -> Postmortem:
    return get_postmortem(stage.ctx.session, stage.incident(story))


def _who(stage: Stage, email: str) -> Account:
    account = find_account(stage.ctx.session, email)
    assert account is not None
    return account
