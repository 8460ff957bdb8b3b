"""Saving a postmortem part by part: a refusal of one part costs no other."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import ForbiddenError
from statuspage.domain.postmortem import ACTION_ITEMS, Item, Section
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.postmortem_parts import TypedPart, save_parts
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of, announce
from tests.services.test_postmortems import resolve


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ana")


@pytest.fixture
def row(act: Act, clock: FakeClock) -> IncidentRow:
    with act() as ctx:
        row = announce(ctx)
    clock.advance(minutes=40)
    with act() as ctx:
        resolve(ctx, row)
    return row


def text(section: Section, words: str, base: int) -> TypedPart:
    return TypedPart(base, lambda content: content.with_section(section, words))


def test_a_conflict_in_one_section_keeps_no_other_part_from_being_saved(
    act: Act, session: Session, row: IncidentRow, ana: Account
):
    with act(actor_of(ana)) as ctx:
        postmortem = get_postmortem(ctx.session, row)
        save_parts(ctx, postmortem, {"summary": text(Section.SUMMARY, "The cable was cut.", 1)})

    with act(actor_of(ana)) as ctx:
        saved = save_parts(
            ctx,
            get_postmortem(ctx.session, row),
            {
                "summary": text(Section.SUMMARY, "A switch was down.", 1),
                "impact": text(Section.IMPACT, "Nobody could sign in.", 1),
            },
        )

        assert isinstance(saved.refused["summary"], EditConflictError)
        assert saved.refused["summary"].latest_text == "The cable was cut."
        assert saved.revision.value.text_of(Section.SUMMARY) == "The cable was cut."
        assert saved.revision.value.text_of(Section.IMPACT) == "Nobody could sign in."


def test_each_part_is_put_together_from_its_own_base(act: Act, row: IncidentRow, ana: Account):
    with act(actor_of(ana)) as ctx:
        postmortem = get_postmortem(ctx.session, row)
        save_parts(ctx, postmortem, {"summary": text(Section.SUMMARY, "One.\n\nTwo.", 1)})
        save_parts(ctx, postmortem, {"summary": text(Section.SUMMARY, "One.\n\nTwo, too.", 2)})

        saved = save_parts(
            ctx,
            postmortem,
            {
                "summary": text(Section.SUMMARY, "One, first.\n\nTwo.", 2),
                "impact": text(Section.IMPACT, "Nobody could sign in.", 3),
            },
        )

        assert saved.refused == {}
        assert saved.revision.value.text_of(Section.SUMMARY) == "One, first.\n\nTwo, too."
        assert saved.revision.value.text_of(Section.IMPACT) == "Nobody could sign in."


def test_a_part_that_is_too_long_is_refused_alone(act: Act, row: IncidentRow, ana: Account):
    item = Item("abcdefghijkl", "x" * 256)
    with act(actor_of(ana)) as ctx:
        saved = save_parts(
            ctx,
            get_postmortem(ctx.session, row),
            {
                ACTION_ITEMS: TypedPart(1, lambda content: replace(content, items=(item,))),
                "impact": text(Section.IMPACT, "x" * 25_000, 1),
                "summary": text(Section.SUMMARY, "x" * 25_001, 1),
            },
        )

        assert {part: error.code for part, error in saved.refused.items()} == {
            ACTION_ITEMS: "too_long",
            "summary": "too_long",
        }
        assert len(saved.revision.value.text_of(Section.IMPACT)) == 25_000


def test_a_viewer_saves_nothing(act: Act, session: Session, row: IncidentRow):
    viewer = make_account(session, role=SiteRole.VIEWER)

    def save(ctx: Context, postmortem: Postmortem) -> None:
        save_parts(ctx, postmortem, {"summary": text(Section.SUMMARY, "Mine.", 1)})

    with pytest.raises(ForbiddenError), act(actor_of(viewer)) as ctx:
        save(ctx, get_postmortem(ctx.session, row))
    assert head_of(session, get_postmortem(session, row)).number == 1
