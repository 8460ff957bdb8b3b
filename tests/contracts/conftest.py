"""A manage API with one of everything, for programs that check it from its own description."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from statuspage.app import create_app
from statuspage.domain.roles import SiteRole
from statuspage.settings import Settings
from statuspage.store.sessions import session_factory
from tests import databases
from tests.factories import make_account, make_component, make_group, make_token, make_warning
from tests.fakes import FakeClock
from tests.web.callers import Api, Json
from tests.web.conftest import api, app, component, components, markdown, nothing_changes, site, staff
from tests.web.postmortem_desk import one_of_a_postmortem

__all__ = ["api", "app", "component", "components", "markdown", "nothing_changes", "site", "staff"]


@dataclass(frozen=True)
class Described:
    """A running application, its token and the ids that lead to something."""

    app: Flask
    secret: str
    ids: dict[str, str]
    # The same names for what belongs to a postmortem: its incident is another, for it is resolved.
    ids_of_postmortem: dict[str, str]

    def ids_for(self, path: str) -> dict[str, str]:
        """Return what leads to something at addresses of that form."""
        return {**self.ids, **(self.ids_of_postmortem if "/postmortem/" in f"{path}/" else {})}


@pytest.fixture(scope="module")
def described(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """An application on SQLite, one for all examples of a module."""
    folder = tmp_path_factory.mktemp("described")
    url = databases.copy_of(sqlite_template, folder / "statuspage.db")
    environment = {"STATUSPAGE_INSTANCE_DIR": str(folder), "STATUSPAGE_DATABASE_URL": url}
    app = create_app(Settings.from_env(environment), FakeClock())
    with session_factory(url)() as session:
        ana = make_account(session)
        make_token(session, secret="admin")
        make_token(session, secret="ana", owner=ana)
        ids = {
            "component_id": make_component(session).public_id,
            "group_id": make_group(session).public_id,
            "account_id": make_account(session, role=SiteRole.VIEWER).public_id,
            "token_id": make_token(session, secret="another").public_id,
            "warning_id": make_warning(session).public_id,
        }
        session.commit()
        session.get_bind().dispose()  # type: ignore[union-attr]
    client = app.test_client()
    pages = client.get("/v1/pages", headers={"Authorization": "Bearer admin"}).get_json()
    api = Api(client, pages[0]["id"], "admin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        # The real incident after it lets the drill stand still.
        drill = api.declare(is_drill=True, status="detected")
        scenario = api.send("POST", "drill_scenarios", json={"scenario": {"title": "Fire"}}).get_json()
        incident = api.declare(components={ids["component_id"]: "major_outage"})
        ids |= {
            "page_id": api.page_id,
            "incident_id": incident["id"],
            "drill_id": drill["drill_id"],
            "scenario_id": scenario["id"],
            "update_id": incident["last_update_id"],
            "contact_id": api.send(
                "POST", "contacts", json={"contact": {"label": "Phone", "url": "ntfy://a-topic"}}
            ).get_json()["id"],
            "template_id": api.get("incident_templates")[0]["id"],
            "import_id": api.send("POST", "imports", json={"import": {"incidents": []}}).get_json()["id"],
            "entry_id": _made(api, "POST", incident, "timeline", {"entry": {"body": "A note"}}),
            "draft_id": _made(
                Api(client, api.page_id, "ana"), "PUT", incident, "draft", {"draft": {"body": "We found it."}}
            ),
        }
        of_postmortem = one_of_a_postmortem(api)
        ids["impact"] = "major"
        ids["item_id"] = of_postmortem["followed_id"]
        yield Described(app, "admin", ids, of_postmortem)
    databases.close(app)


def _made(api: Api, method: str, incident: Json, path: str, body: Json) -> str:
    answer = api.send(method, f"incidents/{incident['id']}/{path}", json=body)
    assert answer.status_code in {200, 201}, answer.text
    found: str = answer.get_json()["id"]
    return found
