"""The console without a mouse: no key but Tab, Enter, Space, the arrows, Escape and Ctrl-Enter."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.hands import DESK, Screen
from tests.browser.lead import TITLE, Lead
from tests.browser.office import Office

_FOCUS = """const el = document.activeElement, label = el.labels?.[0];
const group = el.closest('fieldset')?.querySelector('legend');
const said = el.ariaLabel || (label || el).innerText || '', box = el.getBoundingClientRect();
return {said: said.replace(/\\s+/g, ' ').trim(), group: group?.innerText ?? '', id: el.id, tag: el.localName,
  isSeen: box.bottom > 0 && box.top < innerHeight}"""


@pytest.fixture(params=[DESK], ids=["desk"])
def screen(request: pytest.FixtureRequest) -> Screen:
    """Keyboards stand on desks."""
    found: Screen = request.param
    return found


def focus(lead: Lead) -> dict[str, str]:
    found: dict[str, str] = lead.browser.run(_FOCUS)
    return found


def tab_to(lead: Lead, words: str) -> None:
    """Press Tab until the focus is on what says so, or in the group that is headed so."""
    for _ in range(80):
        lead.hits(Keys.TAB)
        now = focus(lead)
        if now["said"].startswith(words) or now["group"].startswith(words):
            assert now["isSeen"], f"{words} has the focus out of sight"
            return
    raise AssertionError(f"no Tab leads to {words!r}")


def follow(lead: Lead, words: str) -> None:
    """Go to a link or button by Tab, press Enter, and wait for the page to which it leads."""
    tab_to(lead, words)
    with lead.hands.turning():
        lead.hits(Keys.ENTER)


def agree(lead: Lead) -> None:
    """Press Enter in the question, where the focus is on its button from the start."""
    lead.browser.wait_for_open("#ask")
    lead.hands.wait_until(lambda: focus(lead)["id"] == "confirm", "the question's button has the focus")
    with lead.hands.turning():
        lead.hits(Keys.ENTER)


def test_an_incident_is_declared_and_published_by_keys(lead: Lead, office: Office):
    lead.opens()
    follow(lead, "Declare an incident")
    tab_to(lead, "1. What is happening?")
    lead.hits(Keys.SPACE, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert focus(lead)["said"] == "Signing in fails"
    tab_to(lead, "Public API")
    lead.hits("p")  # the first state that begins so
    tab_to(lead, "Publish the first notice")
    lead.hits(Keys.ENTER)

    agree(lead)

    lead.reads("Published:")
    assert TITLE in office.front()


def test_an_update_is_published_with_ctrl_enter_twice(lead: Lead, office: Office):
    incident = office.announce()
    lead.opens_incident(incident)
    tab_to(lead, "Where it stands")
    lead.hits(Keys.ARROW_RIGHT)
    tab_to(lead, "What customers read")
    lead.browser.chord(Keys.CONTROL, "a")
    lead.hits(*"We found it.")

    lead.hits_ctrl_enter()
    lead.browser.wait_for_open("#ask")
    lead.hands.wait_until(lambda: focus(lead)["id"] == "confirm", "the question's button has the focus")
    with lead.hands.turning():
        lead.hits_ctrl_enter()

    lead.reads("Published:")
    assert "We found it." in office.front()
    assert office.api.incident(incident)["status"] == "identified"


def test_escape_closes_the_question_and_gives_the_focus_back(lead: Lead, office: Office):
    lead.opens_incident(office.announce())
    tab_to(lead, "What customers read")
    lead.hits_ctrl_enter()
    lead.browser.wait_for_open("#ask")

    lead.hits(Keys.ESCAPE)

    lead.hands.wait_until(lambda: focus(lead)["id"] == "c-body", "the text has the focus again")
    assert not lead.browser.run("return document.getElementById('ask').open")
    lead.hits_ctrl_enter()
    lead.browser.wait_for_open("#ask")


def test_the_focus_never_leaves_an_open_question_for_the_page_behind_it(lead: Lead, office: Office):
    lead.opens_incident(office.announce())
    tab_to(lead, "What customers read")
    lead.hits_ctrl_enter()
    lead.browser.wait_for_open("#ask")

    for _ in range(6):
        lead.hits(Keys.TAB)
        assert lead.browser.run(
            "const el = document.activeElement; return el === document.body || !!el.closest('#ask')"
        )


@pytest.mark.parametrize("key", ["Enter on the button", "Ctrl-Enter"])
def test_after_a_refusal_the_focus_stands_at_what_has_to_be_mended(lead: Lead, office: Office, key: str):
    lead.opens("/console/declare")
    lead.ticks("Signing in fails")

    if key == "Ctrl-Enter":
        lead.hits_ctrl_enter()
    else:
        tab_to(lead, "Publish the first notice")
        lead.hits(Keys.ENTER)

    lead.reads("Say which components are affected")
    lead.hands.wait_until(
        lambda: focus(lead)["group"].startswith("2. What is affected"), "the focus is at the components"
    )


def test_after_a_refusal_on_a_page_of_its_own_the_focus_stands_at_the_field(lead: Lead, office: Office):
    lead.opens(f"/console/components/{office.components['Dashboard']}/state")
    tab_to(lead, "State")
    lead.hits(Keys.ARROW_RIGHT)
    follow(lead, "Set the state")

    lead.reads("Say why")
    lead.hands.wait_until(lambda: focus(lead)["said"].startswith("Why?"), "the focus is at the reason")


def test_components_are_put_in_order_by_keys(lead: Lead, in_order: Callable[[], list[str]]):
    lead.opens("/console/components")
    follow(lead, "Move Dashboard up")
    lead.hands.wait_until(lambda: focus(lead)["said"] == "Move Dashboard up", "the arrow has the focus again")
    assert in_order()[:2] == ["Dashboard", "Public API"]

    follow(lead, "Move Dashboard down")

    assert in_order()[:2] == ["Public API", "Dashboard"]


def test_the_menu_opens_and_closes_by_keys(lead: Lead):
    lead.opens()
    tab_to(lead, "Menu of")
    lead.hits(Keys.ENTER)
    lead.reads("Sign out")

    lead.hits(Keys.ESCAPE)

    lead.does_not_read("Sign out")
    assert focus(lead)["said"].startswith("Menu of")
