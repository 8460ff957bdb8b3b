"""What new postmortems ask: built in, the site's own, and never anybody's own words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.errors import ForbiddenError, RuleError, StaleError
from statuspage.domain.postmortem import Section
from statuspage.domain.postmortem_gate import has_real_text, leftovers
from statuspage.domain.postmortem_prompts import built_in_prompts
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.postmortem_templates import (
    all_prompts,
    change_postmortem_template,
    prompts_for,
    reset_postmortem_template,
)
from statuspage.store.postmortems import templates
from statuspage.store.records import AuditEntry
from tests.conftest import Act

OWN = {Section.SUMMARY: "> What happened?", Section.IMPACT: "### Customers\n\n> Which customers?"}


@pytest.mark.parametrize("impact", [Impact.MAJOR, Impact.CRITICAL])
def test_after_a_grave_incident_every_section_is_asked_for(session: Session, impact: Impact):
    assert set(prompts_for(session, impact)) == set(Section)


@pytest.mark.parametrize("impact", [Impact.NONE, Impact.MINOR])
def test_the_short_form_asks_for_three_sections(session: Session, impact: Impact):
    assert set(prompts_for(session, impact)) == {Section.SUMMARY, Section.IMPACT, Section.ROOT_CAUSE}


def test_no_question_of_any_form_counts_as_text(session: Session):
    asked = all_prompts(session)

    for impact in Impact:
        for section, text in prompts_for(session, impact).items():
            assert not has_real_text(text, asked[section])
            assert len(leftovers(text, asked[section])) == text.count("> ")


def test_a_site_asks_its_own_questions_for_one_impact_alone(act: Act, session: Session):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, OWN)

    assert {section: text for section, text in prompts_for(session, Impact.MAJOR).items() if text} == OWN
    assert prompts_for(session, Impact.CRITICAL) == built_in_prompts(Impact.CRITICAL)
    assert OWN[Section.SUMMARY] in all_prompts(session)[Section.SUMMARY]


def test_questions_asked_earlier_are_still_nobodys_own_words(act: Act, session: Session):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, OWN)
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, {Section.SUMMARY: "> Else?"})
    with act() as ctx:
        reset_postmortem_template(ctx, Impact.MAJOR)

    assert prompts_for(session, Impact.MAJOR) == built_in_prompts(Impact.MAJOR)
    assert {"> What happened?", "> Else?"} <= set(all_prompts(session)[Section.SUMMARY])


def test_to_ask_what_the_product_asks_is_to_change_nothing(act: Act, session: Session):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MINOR, built_in_prompts(Impact.MINOR))

    assert templates(session) == {}


def test_a_change_is_on_record_and_the_same_again_is_not(act: Act, session: Session):
    for _ in range(2):
        with act() as ctx:
            change_postmortem_template(ctx, Impact.MAJOR, OWN)

    verbs = [entry.verb for entry in session.scalars(select(AuditEntry))]
    assert verbs.count("change_postmortem_template") == 1


def test_who_has_not_seen_the_others_questions_is_shown_them(act: Act, session: Session):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, OWN, 0)

    with pytest.raises(StaleError) as caught, act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, {Section.SUMMARY: "> Mine?"}, 0)

    assert "Which customers?" in str(caught.value.latest_text)


def test_questions_may_be_four_thousand_characters_and_no_more(act: Act):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, {Section.SUMMARY: "x" * 4_000})

    with pytest.raises(RuleError) as caught, act() as ctx:
        change_postmortem_template(ctx, Impact.MAJOR, {Section.SUMMARY: "x" * 4_001})
    assert (caught.value.code, caught.value.field) == ("too_long", "summary")


def test_only_an_admin_changes_them(act: Act):
    for change in (
        lambda ctx: change_postmortem_template(ctx, Impact.MAJOR, OWN),
        lambda ctx: reset_postmortem_template(ctx, Impact.MAJOR),
    ):
        with pytest.raises(ForbiddenError), act(Actor(None, SiteRole.COMMUNICATOR)) as ctx:
            change(ctx)
