"""Action items in the compliance report."""

from datetime import timedelta

from sqlalchemy.orm import Session

from statuspage.domain.period import Period
from statuspage.domain.roles import SiteRole
from statuspage.services.action_items import close_item
from statuspage.services.compliance_report import compliance_report
from statuspage.store.action_items import get_item
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.follow_up import an_item, published, resolved, with_items


def test_the_report_counts_the_items_of_its_incidents_and_those_of_all(
    act: Act, session: Session, clock: FakeClock
):
    owner = make_account(session, role=SiteRole.RESPONDER).public_id
    with act() as ctx:
        old = with_items(ctx, resolved(ctx), an_item(owner), an_item(owner, due_on=NOON.date()))
        published(ctx, old[0].postmortem)
    clock.advance(days=20)
    with act() as ctx:
        with_items(ctx, resolved(ctx), an_item(owner, due_on=(NOON + timedelta(days=25)).date()))
        close_item(ctx, get_item(ctx.session, old[0].public_id), "Done.")
    clock.advance(days=1)

    with act() as ctx:
        found = compliance_report(ctx, Period(NOON + timedelta(days=10), ctx.now)).items
        whole = compliance_report(ctx, Period(NOON, NOON + timedelta(days=30))).items

    mine, now = found.of_period, found.now
    assert (mine.open, mine.overdue, mine.done, mine.oldest_days) == (1, 0, 0, 1)
    assert (now.open, now.overdue, now.done, now.oldest_days, now.median_age_days) == (2, 1, 1, 21, 1)
    assert {month: (each.late, each.missed, each.waiting) for month, each in whole.by_month.items()} == {
        "2026-11": (1, 1, 0),
        "2026-12": (0, 0, 1),
    }
    assert whole.by_month["2026-12"].median_days == 20


def test_an_item_that_the_text_names_no_more_is_not_counted(act: Act, session: Session):
    owner = make_account(session, role=SiteRole.RESPONDER).public_id
    with act() as ctx:
        row = resolved(ctx)
        with_items(ctx, row, an_item(owner))
        with_items(ctx, row)

        assert compliance_report(ctx, Period(NOON, ctx.now + timedelta(days=1))).items.now.total == 0
