"""The communications lead: every act on an incident, done as a person does it."""

from tests.browser.office import Employee
from tests.browser.staff import Person
from tests.web.callers import Json

SITUATION = "Signing in fails"
TITLE = "Problems with signing in"


class Lead(Person):
    """Somebody who tells customers what is going on."""

    def declares(
        self, situation: str = SITUATION, component: str = "Public API", state: str = "Partial outage"
    ):
        """Take the two decisions: what is happening, and what is affected."""
        if (
            self.browser.driver.current_url == "about:blank"
            or "/console" not in self.browser.driver.current_url
        ):
            self.opens()
        self.goes_by("Declare an incident")
        self.declares_here(situation, component, state)

    def declares_here(
        self, situation: str = SITUATION, component: str = "Public API", state: str = "Partial outage"
    ):
        """Take the two decisions on the page for them."""
        self.ticks(situation)
        self.hands.choose(component, state)

    def publishes(self, button: str = "Publish") -> None:
        """Press the button, read what will happen, and agree."""
        self.asks_to_publish(button)
        self.agrees()

    def asks_to_publish(self, button: str = "Publish") -> None:
        """Press the button, and wait for the question."""
        self.presses(button, "#composer .acts button.strong")
        self.browser.wait_for_open("#ask")

    def asks_in_vain(self, button: str = "Publish") -> None:
        """Press the button where no question can come."""
        self.presses(button, "#composer .acts button.strong")

    def agrees(self) -> None:
        """Press the button of the question."""
        self.goes_by_button("#ask .strong")

    def goes_by_button(self, selector: str) -> None:
        """Press that button, and wait for the page to which it leads."""
        element = self.hands.named("", selector)
        with self.hands.turning():
            self.hands.touch(element)

    def opens_incident(self, incident: Json | str, act: str = "") -> None:
        """Go to the screen of an incident, or of an act on it."""
        public_id = incident if isinstance(incident, str) else incident["id"]
        self.opens(f"/console/incidents/{public_id}{act}")

    def writes_update(self, incident: Json, text: str, status: str = "Identified") -> None:
        """Say where it stands, and what customers are to read."""
        self.opens_incident(incident)
        self.ticks(status)
        self.writes("What customers read", text)

    def promises(self, minutes: int) -> None:
        """Choose how soon the next update comes."""
        self.ticks(f"in {minutes} min")

    def resolves(self, incident: Json, text: str, restored_at: str) -> None:
        """Say that it is over, and since when."""
        self.writes_update(incident, text, "Resolved")
        self.hands.set_time("Service was back at", restored_at)

    def corrects(self, incident: Json, text: str) -> None:
        """Correct the newest notice, having looked at what changes."""
        self.opens_incident(incident)
        self.goes_by("Correct")
        self.writes("What customers read", text)
        self.goes_by("Show what changes")
        self.goes_by("Publish the correction")

    def withdraws(self, incident: Json) -> None:
        """Withdraw the newest notice."""
        self.opens_incident(incident)
        self.goes_by("Withdraw")
        self.goes_by("Withdraw the text")

    def merges(self, incident: Json, survivor: Json) -> None:
        """Merge an incident into another."""
        self.opens_incident(incident)
        self.goes_by("Merge it into another")
        self.ticks(survivor["name"])
        self.goes_by("Merge and publish")

    def writes_to_several(self, text: str, minutes: int) -> None:
        """Say one thing about all that is open."""
        self.opens("/console/several")
        self.writes("What customers read", text)
        self.promises(minutes)
        self.publishes("Publish to all")

    def ends(self, incident: Json, way: str, button: str, reason: str) -> None:
        """End an incident of which no customer knows, or take it up again."""
        self.opens_incident(incident)
        self.goes_by(way)
        self.writes("Why?", reason)
        self.goes_by(button)

    def moves_detection(self, incident: Json, at: str, reason: str) -> None:
        """Correct when it was noticed."""
        self.opens_incident(incident)
        self.goes_by("Times and facts")
        self.hands.set_time("Noticed at", at)
        self.writes("Why?", reason)
        self.goes_by("Save")

    def gives_role(self, incident: Json, role: str, to: Employee) -> None:
        """Give somebody a role."""
        self.opens_incident(incident)
        self.hands.choose(role, to.name)
        self.goes_by("Save the roles")

    def notes(self, incident: Json, text: str, kind: str = "Decision") -> None:
        """Note for the team what happens."""
        self.opens_incident(incident)
        self.hands.choose("Kind of entry", kind)
        self.writes("Note something", text)
        self.goes_by("Add")

    def waits_till_saved(self) -> None:
        """Wait till the page says that what was typed is safe."""
        self.reads("It waits for you on every device.")
