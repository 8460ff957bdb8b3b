"""`doctor`, `site build`, `worker --once`, `migrate`: looking after an installation."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from statuspage.adapters.clock import SystemClock
from statuspage.cli import main
from statuspage.site.build import Site
from statuspage.store.records import beat
from tests.factories import make_account


@pytest.fixture
def run(environment: dict[str, str]):
    def run(*arguments: str, **variables: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environment, **variables})

    return run


def failures(result: Result) -> list[str]:
    return [
        line.split(":")[0].removeprefix("FAIL  ")
        for line in result.stdout.splitlines()
        if line.startswith("FAIL")
    ]


@pytest.fixture
def healthy(run, session: Session):
    """An installation in which everything is right."""
    make_account(session)
    beat(session, "worker", SystemClock().now())
    session.commit()
    run("site", "build")
    return run


def test_the_doctor_finds_nothing_in_a_healthy_installation(healthy):
    result = healthy("doctor")

    assert (result.exit_code, failures(result)) == (0, [])


def test_the_doctor_misses_the_worker(healthy, session: Session):
    beat(session, "worker", SystemClock().now() - timedelta(minutes=2))
    session.commit()

    result = healthy("doctor")

    assert (result.exit_code, failures(result)) == (1, ["worker"])


def test_the_doctor_misses_an_admin_a_site_and_a_worker_in_a_fresh_installation(run):
    result = run("doctor")

    assert failures(result) == ["page"]
    assert "statuspage user add" in result.stdout


def test_the_doctor_compares_what_is_built_with_what_is_published(healthy, environment: dict[str, str]):
    result = healthy("doctor", STATUSPAGE_SITE_DIR=environment["STATUSPAGE_INSTANCE_DIR"] + "/elsewhere")

    assert failures(result) == ["site"]
    assert "statuspage site build" in result.stdout


def test_the_doctor_sees_that_others_can_read_the_secret_key(healthy, environment: dict[str, str]):
    (Path(environment["STATUSPAGE_INSTANCE_DIR"]) / "secret_key").chmod(0o644)

    assert failures(healthy("doctor")) == ["secret key"]


def test_the_doctor_says_what_is_wrong_with_the_database(run, tmp_path: Path):
    away = run("doctor", STATUSPAGE_DATABASE_URL="postgresql://u:geheim@127.0.0.1:9/x")
    empty = run("doctor", STATUSPAGE_DATABASE_URL=f"sqlite:///{tmp_path}/fresh.db")

    assert (failures(away), failures(empty)) == (["database"], ["schema"])
    assert "geheim" not in away.output
    assert "statuspage migrate" in empty.stdout


def test_the_doctor_sees_a_site_folder_that_cannot_be_written(healthy, tmp_path: Path):
    (tmp_path / "file").touch()

    result = healthy("doctor", STATUSPAGE_SITE_DIR=str(tmp_path / "file" / "site"))

    assert failures(result) == ["site"]


def test_the_doctor_asks_the_mail_server_and_says_where_mails_lie_without_one(healthy):
    assert "instance/outbox" in healthy("doctor").stdout

    result = healthy("doctor", STATUSPAGE_SMTP_URL="smtp://ann:geheim@127.0.0.1:9")

    assert failures(result) == ["mail"]
    assert "STATUSPAGE_SMTP_URL" in result.stdout
    assert "geheim" not in result.stdout


def test_migrating_prints_a_set_up_link_only_when_asked_and_only_without_accounts(run, session: Session):
    assert run("migrate").stdout == ""
    link = run("migrate", "--setup-link").stdout
    assert link.startswith("Set-up link: https://status.example.com/setup?token=")
    assert link.count("\n") == 1
    make_account(session)
    session.commit()

    assert run("migrate", "--setup-link").stdout == ""


def test_the_doctor_reads_wrong_settings(run):
    result = run("doctor", STATUSPAGE_LOG_FORMAT="xml")

    assert (result.exit_code, failures(result)) == (1, ["settings"])


@pytest.mark.parametrize("options", [[], ["--all"]])
def test_the_site_is_built_by_hand(run, environment: dict[str, str], options: list[str]):
    result = run("site", "build", *options)

    assert result.exit_code == 0
    assert Site(Path(environment["STATUSPAGE_INSTANCE_DIR"]) / "site").number == 0


def test_a_site_that_cannot_be_written_is_a_plain_error(run, tmp_path: Path):
    (tmp_path / "file").touch()

    result = run("site", "build", STATUSPAGE_SITE_DIR=str(tmp_path / "file" / "site"))

    assert result.exit_code == 1
    assert "can't be written" in result.stderr


def test_building_without_a_database_leaves_the_published_site_alone(run, environment: dict[str, str]):
    run("site", "build")
    page = Path(environment["STATUSPAGE_INSTANCE_DIR"]) / "site" / "index.html"
    before = page.read_bytes()

    result = run("site", "build", "--all", STATUSPAGE_DATABASE_URL="postgresql://u@127.0.0.1:9/x")

    assert result.exit_code == os.EX_UNAVAILABLE
    assert page.read_bytes() == before
