"""The operator learns of every mistake at once, in words, before anything starts."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from statuspage.settings import NAMES, Settings, SettingsError


def problems(**env: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({f"STATUSPAGE_{name}": value for name, value in env.items()})
    return refused.value.problems


def read(tmp_path: Path, **env: str) -> Settings:
    named = {f"STATUSPAGE_{name}": value for name, value in env.items()}
    return Settings.from_env({"STATUSPAGE_INSTANCE_DIR": str(tmp_path), **named})


def test_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_env({})

    assert settings.instance_dir == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/statuspage.db"
    assert settings.site_dir == tmp_path / "instance" / "site"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.trusted_proxies, settings.allow_private_webhooks, settings.log_format) == (
        0,
        False,
        "text",
    )
    assert (settings.site_target, settings.smtp_url, settings.metrics_token) == (None, None, None)


def test_the_public_address_follows_where_the_server_listens(tmp_path: Path):
    env = {"STATUSPAGE_INSTANCE_DIR": str(tmp_path)}

    assert Settings.from_env({**env, "HOST": "0.0.0.0", "PORT": "80"}).base_url == "http://0.0.0.0:80"
    assert Settings.from_env({**env, "HOST": "::1"}).base_url == "http://[::1]:8000"
    assert read(tmp_path, BASE_URL="https://Status.example.com/").base_url == "https://status.example.com"


def test_all_mistakes_are_reported_at_once_and_each_names_its_variable():
    found = problems(
        BASE_URL="status.example.com",
        TRUSTED_PROXIES="-1",
        ALLOW_PRIVATE_WEBHOOKS="maybe",
        LOG_FORMAT="xml",
        SMTP_URL="mail.example.com",
        SITE_TARGET="bucket",
        MAIL_FROM="nobody",
        STAFF_ALERTS="somewhere",
        WATCHER_URL="http://example.com/ping",
        METRICS_TOKEN="with space",
        SECRET_KEY="short",
        DATABASE_URL="mysql://x",
        NO_SUCH_THING="1",
    )

    named = sorted(line.split(":")[0] for line in found)
    assert named == sorted(
        [
            "STATUSPAGE_BASE_URL",
            "STATUSPAGE_TRUSTED_PROXIES",
            "STATUSPAGE_ALLOW_PRIVATE_WEBHOOKS",
            "STATUSPAGE_LOG_FORMAT",
            "STATUSPAGE_SMTP_URL",
            "STATUSPAGE_SITE_TARGET",
            "STATUSPAGE_MAIL_FROM",
            "STATUSPAGE_STAFF_ALERTS",
            "STATUSPAGE_WATCHER_URL",
            "STATUSPAGE_METRICS_TOKEN",
            "STATUSPAGE_SECRET_KEY",
            "STATUSPAGE_DATABASE_URL",
            "STATUSPAGE_NO_SUCH_THING",
        ]
    )
    assert all("\n" not in line for line in found)


def test_a_misspelt_name_is_recognised():
    assert problems(BASE_ULR="x") == [
        "STATUSPAGE_BASE_ULR: there is no such setting; did you mean STATUSPAGE_BASE_URL?"
    ]


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "²"])
def test_an_impossible_port_is_refused(port: str):
    with pytest.raises(SettingsError, match="PORT"):
        Settings.from_env({"PORT": port})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/status",
        "ftp://example.com",
        "https://",
        "https://u:p@example.com",
        "http://x:99999",
        "https://example.com/?a=b",
    ],
)
def test_a_public_address_is_scheme_host_and_port(url: str):
    assert problems(BASE_URL=url)[0].startswith("STATUSPAGE_BASE_URL: ")


def test_nothing_is_made_when_a_setting_is_wrong(tmp_path: Path):
    folder = tmp_path / "instance"

    assert problems(INSTANCE_DIR=str(folder), LOG_FORMAT="xml")
    assert not folder.exists()


def test_the_test_suites_own_variable_is_ignored(tmp_path: Path):
    assert read(tmp_path, REQUIRE="postgresql").port == 8000


def test_what_is_set_to_nothing_is_unset(tmp_path: Path):
    assert read(tmp_path, SMTP_URL="", TRUSTED_PROXIES=" ").smtp_url is None


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("1", True), ("Yes", True), ("off", False), ("0", False)]
)
def test_switches_read_as_people_write_them(tmp_path: Path, text: str, value: bool):
    assert read(tmp_path, ALLOW_PRIVATE_WEBHOOKS=text).allow_private_webhooks is value


def test_a_secret_may_stand_in_a_file(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("from-a-file\n")

    assert read(tmp_path, METRICS_TOKEN_FILE=str(file)).metrics_token == "from-a-file"


def test_a_secret_stands_in_one_place_only_and_its_file_can_be_read(tmp_path: Path):
    file = tmp_path / "token"
    file.write_bytes(b"\xff\xfe")

    assert "not both" in problems(METRICS_TOKEN="x", METRICS_TOKEN_FILE=str(file))[0]
    assert "UTF-8" in problems(METRICS_TOKEN_FILE=str(file))[0]
    assert "No such file" in problems(METRICS_TOKEN_FILE=str(tmp_path / "nowhere"))[0]


def test_relative_paths_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    settings = read(tmp_path, SITE_DIR="public", DATABASE_URL="sqlite:///data/status.db")

    assert settings.site_dir == tmp_path / "public"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/status.db"


def test_postgresql_is_always_reached_over_psycopg(tmp_path: Path):
    for url in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert read(tmp_path, DATABASE_URL=url).database_url == "postgresql+psycopg://u@h/d"


def test_a_database_in_memory_is_refused_because_processes_share_it():
    for url in ("sqlite://", "sqlite:///", "sqlite:///:memory:"):
        assert problems(DATABASE_URL=url)


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    first, second = read(tmp_path), read(tmp_path)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secret_key"]


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path: Path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_key_in, [str(tmp_path)] * 8)

    assert len(set(keys)) == 1
    assert os.listdir(tmp_path) == ["secret_key"]


def test_a_given_secret_key_leaves_no_file(tmp_path: Path):
    assert read(tmp_path, SECRET_KEY="x" * 16).secret_key == "x" * 16
    assert not (tmp_path / "secret_key").exists()


def test_an_instance_folder_that_cannot_be_made_is_a_mistake_in_plain_words(tmp_path: Path):
    (tmp_path / "file").touch()

    (problem,) = problems(INSTANCE_DIR=str(tmp_path / "file" / "instance"))
    assert problem.startswith("STATUSPAGE_INSTANCE_DIR: ")


def test_settings_never_show_their_secrets(tmp_path: Path):
    settings = read(
        tmp_path,
        SECRET_KEY="geheim-geheim-geheim",
        DATABASE_URL="postgresql://u:geheim@h/d",
        SMTP_URL="smtp://u:geheim@h",
        METRICS_TOKEN="geheim",
        STAFF_ALERTS="slack://geheim",
    )

    assert "geheim" not in repr(settings)


def test_every_name_of_a_setting_is_known_to_the_settings(tmp_path: Path):
    fields = {name.removeprefix("STATUSPAGE_").lower() for name in NAMES}

    assert fields <= set(Settings.__dataclass_fields__)


def _key_in(folder: str) -> str:
    return Settings.from_env({"STATUSPAGE_INSTANCE_DIR": folder}).secret_key


@pytest.mark.parametrize("url", ["https://hc-ping.com/0b1c-4d2e", "http://127.0.0.1:8080/ping"])
def test_a_watcher_is_outside_over_tls_or_on_this_machine(tmp_path: Path, url: str):
    assert read(tmp_path, WATCHER_URL=url).watcher_url == url


@pytest.mark.parametrize("url", ["https://", "ftp://example.com/", "https://example.com/a b", "hc-ping.com"])
def test_what_is_no_address_of_a_watcher_is_refused(url: str):
    assert problems(WATCHER_URL=url)[0].startswith("STATUSPAGE_WATCHER_URL: this must be an address like")
