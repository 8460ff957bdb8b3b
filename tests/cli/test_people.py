"""The first admin without a browser, and secrets for programs."""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from statuspage.adapters.passwords import Argon2Passwords
from statuspage.cli import main
from statuspage.domain.roles import SiteRole
from statuspage.services.tokens import authenticate_token, digest_of
from statuspage.store.accounts import find_account, find_token
from tests.factories import make_account, make_token
from tests.fakes import NOON

OK, REFUSED, USAGE, UNAVAILABLE, SETTINGS = 0, 1, 2, os.EX_UNAVAILABLE, os.EX_CONFIG


@pytest.fixture
def run(environment: dict[str, str]):
    def run(*arguments: str, stdin: str | None = None, **variables: str) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin, env={**environment, **variables})

    return run


def add_user(run, email: str = "ann@example.com", role: str = "admin", **options: str) -> Result:
    return run("user", "add", email, "--name", "Ann", "--role", role, **options)


def test_a_user_is_added_with_a_password_from_standard_input(run, session: Session):
    result = run(
        "user", "add", "Ann@Example.com", "--name", "Ann", "--role", "communicator", "--team", "Ops",
        "--password-stdin", stdin="correct horse\nignored\n",
    )  # fmt: skip

    account = find_account(session, "ann@example.com")
    assert (result.exit_code, result.stdout) == (OK, "")
    assert (account.name, account.role, account.team) == ("Ann", SiteRole.COMMUNICATOR, "Ops")
    assert Argon2Passwords().verify(account.password_hash, "correct horse")


def test_a_user_without_a_password_is_told_how_to_get_one(run, session: Session):
    result = add_user(run)

    assert result.exit_code == OK
    assert "statuspage user reset ann@example.com" in result.stderr
    assert find_account(session, "ann@example.com").password_hash is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["user", "add", "ann", "--name", "Ann", "--role", "admin"], REFUSED),
        (["user", "add", "ann@example.com", "--name", "", "--role", "admin"], REFUSED),
        (["user", "add", "ann@example.com", "--name", "Ann", "--role", "king"], USAGE),
        (["user", "add", "ann@example.com", "--role", "admin"], USAGE),
        (["user", "disable", "nobody@example.com"], REFUSED),
        (["user", "reset", "nobody@example.com"], REFUSED),
        (["token", "revoke", "nothing"], REFUSED),
        (["token", "add", "x", "--role", "admin"], REFUSED),
        (["nonsense"], USAGE),
    ],
)
def test_what_cannot_be_done_says_so_in_a_plain_line_with_a_code(run, arguments: list[str], code: int):
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_the_same_address_twice_is_refused(run):
    add_user(run)

    again = add_user(run, "ANN@example.com")

    assert again.exit_code == REFUSED
    assert "has an account already" in again.stderr


def test_the_list_of_users_shows_who_may_do_what(run, session: Session):
    make_account(session, email="bob@example.com", role=SiteRole.VIEWER, disabled_at=NOON)
    make_account(session, email="ann@example.com", password_hash="x")
    session.commit()

    lines = run("user", "list").stdout.splitlines()

    assert re.split(r"  +", lines[0]) == ["EMAIL", "NAME", "ROLE", "TEAM", "STATE"]
    assert [re.split(r"  +", line)[0::4] for line in lines[1:]] == [
        ["ann@example.com", "active"],
        ["bob@example.com", "disabled"],
    ]


def test_a_reset_gives_a_new_password(run, session: Session):
    add_user(run)

    result = run("user", "reset", "ann@example.com", "--password-stdin", stdin="battery staple\n")

    assert result.exit_code == OK
    stored = find_account(session, "ann@example.com").password_hash
    assert Argon2Passwords().verify(stored, "battery staple")


def test_disabling_the_last_admin_says_that_nobody_is_left(run, session: Session):
    add_user(run)

    result = run("user", "disable", "ann@example.com")

    assert result.exit_code == OK
    assert "No admin is left" in result.stderr


def test_the_secret_of_a_new_token_stands_alone_on_standard_output(run, session: Session):
    add_user(run)

    result = run("token", "add", "deploys", "--role", "communicator", "--expires-in-days", "30")

    (secret,) = result.stdout.splitlines()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert secret not in result.stderr
    assert find_token(session, digest_of(secret)).name == "deploys"


def test_a_token_may_act_for_a_named_owner_with_no_more_than_their_role(run, session: Session):
    add_user(run)
    add_user(run, "bob@example.com", "responder")

    result = run("token", "add", "bot", "--role", "admin", "--owner", "Bob@example.com")

    actor = authenticate_token(session, NOON, result.stdout.strip())
    assert actor.account_id == find_account(session, "bob@example.com").id
    assert actor.role is SiteRole.RESPONDER
    assert "bob@example.com as responder" in result.stderr


def test_a_token_without_anybody_to_act_for_says_what_to_run(run):
    assert "statuspage user add" in run("token", "add", "x", "--role", "admin").stderr


def test_the_list_of_tokens_shows_states_and_no_secrets(run, session: Session):
    make_token(session, name="old", secret="one", revoked_at=NOON)
    make_token(session, name="stale", secret="two", expires_at=NOON.replace(year=2020))
    make_token(session, name="good", secret="three")
    session.commit()

    lines = run("token", "list").stdout.splitlines()

    rows = [re.split(r"  +", line) for line in lines[1:]]
    assert [(row[1], row[-1]) for row in rows] == [
        ("good", "active"),
        ("stale", "expired"),
        ("old", "revoked"),
    ]


def test_a_token_is_revoked_by_its_name(run, session: Session):
    add_user(run)
    run("token", "add", "deploys", "--role", "admin")

    assert run("token", "revoke", "deploys").exit_code == OK
    assert run("token", "revoke", "deploys").exit_code == REFUSED


def test_an_absent_database_is_one_plain_line_without_its_password(run):
    result = run("user", "list", STATUSPAGE_DATABASE_URL="postgresql://u:geheim@127.0.0.1:9/x")

    assert result.exit_code == UNAVAILABLE
    assert "does not answer" in result.stderr
    assert "geheim" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_database_that_was_not_migrated_says_what_to_run(run, tmp_path: Path):
    result = run("user", "list", STATUSPAGE_DATABASE_URL=f"sqlite:///{tmp_path}/fresh.db")

    assert (result.exit_code, "statuspage migrate" in result.stderr) == (UNAVAILABLE, True)


def test_wrong_settings_are_one_line_each(run):
    result = run("user", "list", STATUSPAGE_LOG_FORMAT="xml", STATUSPAGE_TRUSTED_PROXIES="many")

    assert result.exit_code == SETTINGS
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "STATUSPAGE_TRUSTED_PROXIES",
        "STATUSPAGE_LOG_FORMAT",
    ]


@pytest.mark.parametrize(
    "command", [[], ["user"], ["user", "add"], ["token", "add"], ["serve"], ["site", "build"]]
)
def test_every_command_explains_itself(run, command: list[str]):
    result = run(*command, "--help")

    assert result.exit_code == OK
    assert "Usage: " in result.stdout
