"""Labels, and what all postmortems of a time have in common."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemKind
from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ConflictError, ForbiddenError, NotFoundError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.learning import MOST_LABELS, LabelKind
from statuspage.domain.period import Period
from statuspage.domain.roles import SiteRole
from statuspage.services.action_items import close_item
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.learning import Learning, learning
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_labels import add_label, labels_for, remove_label
from statuspage.services.publish_notice import publish_notice
from statuspage.store.accounts import Account
from statuspage.store.postmortems import Postmortem, editors_of, get_postmortem, head_of
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account, make_component
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.follow_up import an_item, resolved, with_items

FACTOR, SYSTEMIC = LabelKind.FACTOR, LabelKind.SYSTEMIC


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


def postmortem_of(ctx: Context, name: str = "Requests fail") -> Postmortem:
    return get_postmortem(ctx.session, resolved(ctx, name))


def of_all(ctx: Context) -> Learning:
    return learning(ctx, Period(NOON - timedelta(days=1), ctx.now + timedelta(days=1)))


def test_labels_are_added_and_removed_without_touching_text_or_approval(
    act: Act, session: Session, ana: Account
):
    with act() as ctx:
        postmortem = postmortem_of(ctx)
        head = head_of(ctx.session, postmortem)
        postmortem.approved_digest, number = head.digest, head.number
    with act(actor_of(ana)) as ctx:
        add_label(ctx, postmortem, FACTOR, "Expired certificate")
        add_label(ctx, postmortem, SYSTEMIC, "No owner")
        add_label(ctx, postmortem, FACTOR, "Expired certificate")
        remove_label(ctx, postmortem, SYSTEMIC, "No owner")

        assert labels_for(ctx, postmortem).present == {FACTOR: ("Expired certificate",), SYSTEMIC: ()}
        assert head_of(ctx.session, postmortem).number == number
        assert postmortem.approved_digest is not None
        assert editors_of(ctx.session, postmortem) == []
    verbs = session.scalars(
        select(AuditEntry.verb).where(AuditEntry.verb.like("%label")).order_by(AuditEntry.id)
    ).all()
    assert verbs == ["add_label", "add_label", "remove_label"]


def test_a_label_takes_the_spelling_that_was_used_before(act: Act, ana: Account):
    with act(actor_of(ana)) as ctx:
        first, second = postmortem_of(ctx), postmortem_of(ctx)
        add_label(ctx, first, FACTOR, "Expired certificate")

        assert add_label(ctx, second, FACTOR, " expired  CERTIFICATE ") == "Expired certificate"


def test_what_others_are_labelled_with_is_suggested_the_most_used_first(act: Act, ana: Account):
    with act(actor_of(ana)) as ctx:
        one, two, three = (postmortem_of(ctx) for _ in range(3))
        for postmortem, label in ((one, "Config"), (one, "Limits"), (two, "Limits"), (three, "Config")):
            add_label(ctx, postmortem, FACTOR, label)
        add_label(ctx, three, FACTOR, "Limits")

        found = labels_for(ctx, two)
        assert (found.suggested[FACTOR], found.known[FACTOR]) == (("Config",), ("Limits", "Config"))
        assert found.suggested[SYSTEMIC] == ()


def test_labels_are_short_and_few_and_of_responders(act: Act, session: Session, ana: Account):
    vera = make_account(session, role=SiteRole.VIEWER)
    with act() as ctx:
        postmortem = postmortem_of(ctx)
    for label in ("", " \t ", "x" * 81, "two\nlines"):
        with pytest.raises(RuleError), act(actor_of(ana)) as ctx:
            add_label(ctx, postmortem, FACTOR, label)
    with pytest.raises(ForbiddenError), act(actor_of(vera)) as ctx:
        add_label(ctx, postmortem, FACTOR, "Limits")
    with pytest.raises(NotFoundError), act(actor_of(ana)) as ctx:
        remove_label(ctx, postmortem, FACTOR, "Limits")
    with act(actor_of(ana)) as ctx:
        for number in range(MOST_LABELS):
            add_label(ctx, postmortem, FACTOR, f"Label {number}")
    with pytest.raises(ConflictError), act(actor_of(ana)) as ctx:
        add_label(ctx, postmortem, FACTOR, "One more")


def test_the_page_of_learning_counts_what_recurs_with_the_incidents_behind_it(
    act: Act, session: Session, ana: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        add_label(ctx, postmortem_of(ctx, "In November"), FACTOR, "Limits")
    clock.advance(days=30)
    with act(actor_of(ana)) as ctx:
        postmortem = postmortem_of(ctx, "In December")
        add_label(ctx, postmortem, FACTOR, "Limits")
        add_label(ctx, postmortem, FACTOR, "Config")
        add_label(ctx, postmortem, SYSTEMIC, "Limits")
        postmortem_of(ctx, "Without labels")
        found = of_all(ctx)

    limits, config = found.labels[FACTOR]
    assert (limits.what, limits.times, limits.trend) == ("Limits", 2, (1, 1))
    assert [each.name for each in found.incidents_of(limits)] == ["In December", "In November"]
    assert (config.what, config.times) == ("Config", 1)
    assert [each.times for each in found.labels[SYSTEMIC]] == [1]
    assert found.stretches == ("2026-11", "2026-12")
    assert [each.name for each in found.unlabelled] == ["Without labels"]
    assert len(found.postmortems) == 3


def test_components_are_counted_and_waived_postmortems_are_not(act: Act, session: Session):
    component = make_component(session, name="API")
    with act() as ctx:
        for _ in range(2):
            command = NoticeCommand(
                text=plain_text("We look."),
                status=IncidentStatus.INVESTIGATING,
                states={component.public_id: ComponentState.MAJOR_OUTAGE},
            )
            row = declare_and_publish(ctx, Declaration(name="API is down"), command)
            over = {component.public_id: ComponentState.OPERATIONAL}
            publish_notice(
                ctx, row, NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED, states=over)
            )
        assert [(each.what, each.times) for each in of_all(ctx).components] == [("API", 2)]

        get_postmortem(ctx.session, row).waived_at = ctx.now
        ctx.session.flush()
        assert [(each.what, each.times) for each in of_all(ctx).components] == [("API", 1)]


def test_action_items_are_counted_by_kind_and_their_completion_by_month(
    act: Act, ana: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        first, _ = with_items(ctx, resolved(ctx), an_item(ana.public_id), an_item(ana.public_id))
        close_item(ctx, first, "Done.")
        found = of_all(ctx)

    assert (found.items.open, found.items.done) == (1, 1)
    assert (found.by_kind[ItemKind.FIX].total, found.by_kind[ItemKind.DETECT].total) == (2, 0)
    assert {month: each.closed for month, each in found.by_month.items()} == {"2026-11": 1}


def test_the_number_of_queries_does_not_grow_with_postmortems(act: Act, session: Session, ana: Account):
    def queries() -> int:
        seen: list[str] = []
        with act(actor_of(ana)) as ctx:
            engine = ctx.session.get_bind()

            def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
                seen.append(statement)

            event.listen(engine, "before_cursor_execute", note)
            of_all(ctx)
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    with act() as ctx:
        postmortem_of(ctx)
    one = queries()
    with act() as ctx:
        for _ in range(5):
            add_label(ctx, postmortem_of(ctx), FACTOR, "Limits")
    assert queries() == one
