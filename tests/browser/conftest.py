"""The real product, filled over its API, and one browser for the whole folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import sessionmaker

from statuspage.adapters.clock import SystemClock
from statuspage.adapters.markdown import MarkdownChild
from statuspage.store.sessions import open_engine
from tests import databases
from tests.browser.chromium import Browser, started
from tests.browser.company import Company, caller
from tests.browser.hands import DESK, PHONE, Screen
from tests.browser.lead import Lead
from tests.browser.office import COMPONENTS, Employee, Office, database_of
from tests.history import incident
from tests.processes.http_client import GONE, Connection, admit
from tests.processes.product import REPOSITORY, Product, running
from tests.processes.waiting import wait_for
from tests.web.explained import Authors

IMPORTED = "1mp0rted0001"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser.

    What can be done on a desk and on a phone is done on one of them, and on the other in the long run; where
    the screen is the point, on both.
    """
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.needs("chromium"))
    for item in here:
        if _is_on_the_other_screen(item) and not item.get_closest_marker("on_both_screens"):
            item.add_marker(pytest.mark.soak)


def _is_on_the_other_screen(item: pytest.Item) -> bool:
    function = item.getparent(pytest.Function)
    if not isinstance(function, pytest.Function) or not hasattr(function, "callspec"):
        return False
    screen = function.callspec.params.get("screen")
    if screen not in (DESK, PHONE) or "keyboard" in item.path.name:
        return False
    # By the name, so that each test keeps its screen whatever is added around it.
    return screen is (DESK if len(function.originalname) % 2 else PHONE)


@pytest.fixture(scope="session")
def product(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The web part alone: nothing on a page may wait for a worker."""
    folder = tmp_path_factory.mktemp("browser")
    url = databases.copy_of(sqlite_template, folder / "statuspage.db")
    _import_history(folder, url)
    product = Product(folder, url, ("web",))
    with running(product):
        wait_for(lambda: is_up(product.port), "the product serves its page", 30)
        yield product


def _import_history(folder: Path, url: str) -> None:
    file = folder / "history.json"
    file.write_text(json.dumps({"page": {}, "incidents": [incident(IMPORTED)]}))
    variables = {
        "STATUSPAGE_INSTANCE_DIR": str(folder),
        "STATUSPAGE_DATABASE_URL": url,
        "STATUSPAGE_BASE_URL": "http://status.example.com",
    }
    command = [sys.executable, "-m", "statuspage", "import", "statuspage", str(file)]
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | variables, check=True, capture_output=True)


def is_up(port: int, path: str = "/") -> bool:
    connection = Connection(port)
    try:
        return connection.get(path).status == 200
    except GONE:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def company(product: Product) -> Company:
    """A company with two open incidents and a past."""
    database = f"sqlite:///{product.folder / 'statuspage.db'}"
    access = admit(database)
    company = Company(caller(product.port, access), SystemClock().now())
    company.furnish()
    company.live_through_the_past()
    _explain(database, company)
    company.suffer()
    return company


def _explain(database: str, company: Company) -> None:
    """Have the postmortem of one incident published; it is built with the next public act."""
    engine, markdown = open_engine(database), MarkdownChild()
    Authors(sessionmaker(engine), SystemClock(), markdown).explain(company.incidents["edited"])
    markdown.close()
    engine.dispose()


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with started(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="session")
def _browser(driver, product: Product) -> Browser:
    return Browser(driver, f"http://127.0.0.1:{product.port}")


@pytest.fixture
def browser(_browser: Browser, company: Company) -> Browser:
    """A visitor who comes for the first time."""
    _browser.forget()
    return _browser


@pytest.fixture(scope="session")
def _office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    databases.copy_of(sqlite_template, folder / "statuspage.db")
    product = Product(folder, database_of(folder), ("web",))
    with running(product):
        wait_for(lambda: is_up(product.port, "/login"), "the product lets people sign in", 30)
        office = Office(product)
        office.furnish()
        yield office


@pytest.fixture
def office(_office: Office) -> Office:
    """A company whose staff owe nothing at the moment."""
    _office.calm_down()
    return _office


@pytest.fixture
def in_order(office: Office) -> Iterator[Callable[[], list[str]]]:
    """Answers in which order customers see the components; at the end they are as they were."""
    office.put_in_order()
    yield lambda: [one["name"] for one in office.api.get("components") if one["name"] in COMPONENTS]
    office.put_in_order()


@pytest.fixture(scope="session")
def ana(_office: Office) -> Employee:
    """An admin."""
    return _office.hire("Ana")


@pytest.fixture(params=[DESK, PHONE], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    """On a desk, then on a phone."""
    found: Screen = request.param
    return found


@pytest.fixture
def lead(driver, office: Office, ana: Employee, screen: Screen) -> Iterator[Lead]:
    """Ana, who is signed in; nothing that she does may upset the browser or its policy."""
    with at_work(driver, office, ana, screen) as lead:
        yield lead


@contextmanager
def at_work(driver, office: Office, who: Employee, screen: Screen) -> Iterator[Lead]:
    """Have somebody sit down and be signed in; look at the end whether a browser complains."""
    lead = Lead.coming_in(driver, office, who, screen)
    try:
        lead.is_signed_in()
        yield lead
        assert lead.complaints() == []
    finally:
        lead.browser.forget()  # the next one has a browser of the own, and would not know what to undo
