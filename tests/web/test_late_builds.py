"""A build that failed, or that a crash skipped, is made up for by whoever writes next."""

import pytest

from statuspage.web import publish
from tests.web.callers import Api, PublicSite

KEY = {"Idempotency-Key": "deploy-4711"}
REQUEST = {"incident": {"name": "Requests fail", "body": "We are looking into it."}}


@pytest.fixture
def unbuilt(api: Api, site: PublicSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice that was committed and never built."""

    def fail(*_: object) -> bool:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "publish", fail)
        assert api.send("POST", "incidents", KEY, json=REQUEST).status_code == 201
    assert not site.has("") or "Requests fail" not in site.text("")


@pytest.mark.usefixtures("unbuilt")
def test_a_repeated_request_is_answered_when_the_page_shows_what_the_first_has_done(
    api: Api, site: PublicSite
):
    assert api.send("POST", "incidents", KEY, json=REQUEST).status_code == 201

    assert "We are looking into it." in site.text("")
    assert len(api.get("incidents")) == 1


@pytest.mark.usefixtures("unbuilt")
def test_an_act_that_publishes_nothing_makes_up_for_it_too(api: Api, site: PublicSite):
    api.detect("Something else")

    assert "We are looking into it." in site.text("")
    assert "Something else" not in site.text("")
