"""Who may do what."""

import pytest

from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from tests.unit.acts import refused

IN_ORDER = [SiteRole.VIEWER, SiteRole.RESPONDER, SiteRole.COMMUNICATOR, SiteRole.ADMIN]


@pytest.mark.parametrize("mine", range(4))
@pytest.mark.parametrize("needed", range(4))
def test_each_role_may_do_what_those_before_it_may_and_no_more(mine, needed):
    actor = Actor(account_id=1, role=IN_ORDER[mine])

    if mine >= needed:
        actor.require(IN_ORDER[needed])
    else:
        with refused("forbidden"):
            actor.require(IN_ORDER[needed])


def test_the_lesser_of_two_roles_counts():
    assert SiteRole.ADMIN.at_most(SiteRole.VIEWER) is SiteRole.VIEWER
    assert SiteRole.VIEWER.at_most(SiteRole.ADMIN) is SiteRole.VIEWER
    assert SiteRole.RESPONDER.at_most(SiteRole.RESPONDER) is SiteRole.RESPONDER


def test_whoever_may_run_the_command_line_may_do_everything():
    COMMAND_LINE.require(SiteRole.ADMIN)

    assert COMMAND_LINE.account_id is None
