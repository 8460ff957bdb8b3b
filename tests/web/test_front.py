"""The published site is up before the application behind it, and without it."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from statuspage import front
from statuspage.settings import Settings
from statuspage.site.build import Site


@pytest.fixture
def site_of_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation, in the environment, whose site has a front page and nothing else."""
    monkeypatch.setenv("STATUSPAGE_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("STATUSPAGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nowhere")
    monkeypatch.setattr("statuspage.logs.configure", lambda _format: None)
    with Site(Settings.from_env().site_dir).lock() as build:
        build.swap(1, {"index.html": b"<!doctype html>All systems operational"})


def test_pages_are_served_while_the_application_loads_and_its_requests_wait(
    site_of_one_page: None, monkeypatch: pytest.MonkeyPatch
):
    may_load, answers = threading.Event(), []

    def slow(*_: object):
        may_load.wait(10)
        return Response("from behind")

    monkeypatch.setattr("statuspage.app.application_behind", slow)
    client = Client(front.server_application())
    waiting = threading.Thread(target=lambda: answers.append(client.get("/healthz/live").text))
    waiting.start()

    assert client.get("/").status_code == 200
    assert answers == []
    may_load.set()
    waiting.join(10)
    assert answers == ["from behind"]


def test_pages_are_served_although_the_application_cannot_be_loaded(
    site_of_one_page: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object):
        raise ImportError("half an upgrade")

    monkeypatch.setattr("statuspage.app.application_behind", broken)
    with caplog.at_level(logging.ERROR):
        client = Client(front.server_application())
        with pytest.raises(ImportError):
            client.get("/healthz/live")

    assert client.get("/").status_code == 200
    assert "only the published site is served" in caplog.text
    assert "half an upgrade" in caplog.text


def test_the_real_application_answers_behind_the_site(site_of_one_page: None):
    client = Client(front.server_application())

    assert client.get("/healthz/live").json == {"status": "ok"}
    assert client.get("/healthz/ready").status_code == 503


def test_what_serves_pages_loads_neither_flask_nor_the_database():
    heavy = "{'flask', 'sqlalchemy', 'pydantic', 'alembic', 'apscheduler', 'lxml', 'markdown'}"
    code = f"import sys, statuspage.front, statuspage.web_server; print({heavy} & set(sys.modules))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert result.stdout == "set()\n", result.stderr
