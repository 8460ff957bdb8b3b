"""A site may be stricter, never laxer (rule 13)."""

from dataclasses import replace

import pytest

from statuspage.domain.cadence import LAXEST, Limits, Policy, checked_policy
from statuspage.domain.component import Impact
from tests.unit.acts import hours, minutes, refused


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("initial_notice_within", minutes(15)),
        ("promise_earliest", minutes(30)),
        ("promise_latest", minutes(60)),
        ("resolution_notice_within", minutes(15)),
        ("postmortem_within", hours(48)),
    ],
)
def test_no_limit_may_be_laxer_than_the_products_own(name, allowed):
    assert getattr(LAXEST, name) == allowed
    with refused("policy_too_lax", f"policy.{name}"):
        checked_policy(Policy(replace(LAXEST, **{name: allowed + minutes(1)})))


@pytest.mark.parametrize("name", Limits.__dataclass_fields__)
def test_no_limit_may_be_shorter_than_a_minute(name):
    with refused("policy_too_lax", f"policy.{name}"):
        checked_policy(Policy(replace(LAXEST, **{name: minutes(0)})))


def test_a_stricter_policy_is_taken_as_it_is():
    strict = Policy(Limits(minutes(1), minutes(1), minutes(1), minutes(1), minutes(1)))

    assert checked_policy(strict) == strict
    assert checked_policy(Policy()) == Policy()


def test_the_window_of_promises_must_not_close_before_it_opens():
    with refused("policy_contradiction", "policy.promise_earliest"):
        checked_policy(Policy(Limits(promise_earliest=minutes(21), promise_latest=minutes(20))))

    as_narrow_as_can_be = Policy(Limits(promise_earliest=minutes(20), promise_latest=minutes(20)))
    assert checked_policy(as_narrow_as_can_be) == as_narrow_as_can_be


def test_stricter_limits_for_one_impact_are_checked_too():
    lax = Policy(by_impact={Impact.CRITICAL: Limits(promise_earliest=minutes(31))})

    with refused("policy_too_lax", "policy.by_impact.critical.promise_earliest"):
        checked_policy(lax)


def test_stricter_limits_hold_for_their_impact_only():
    strict = Limits(initial_notice_within=minutes(5))
    policy = Policy(by_impact={Impact.CRITICAL: strict})

    assert policy.for_impact(Impact.CRITICAL) == strict
    assert policy.for_impact(Impact.MAJOR) == LAXEST


@pytest.mark.parametrize("impact", Impact)
def test_a_preset_always_lies_in_the_window_of_its_impact(impact):
    for earliest, latest in [(1, 1), (1, 29), (5, 45), (30, 30), (30, 60)]:
        limits = Limits(promise_earliest=minutes(earliest), promise_latest=minutes(latest))
        policy = Policy(by_impact={impact: limits})

        assert minutes(earliest) <= policy.preset(impact) <= minutes(latest)
