"""How one incident is told: each line an act, so many minutes after its detection."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from statuspage.demo.script import Script, Stage
from statuspage.domain.cadence import PromiseIn
from statuspage.domain.component import ComponentState
from statuspage.domain.incident import IncidentStatus
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.correct_notice import correct_notice
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.declare_incident import declare_incident
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.services.timeline import add_entry
from statuspage.store.drafts import EntryKind

States = Mapping[str, ComponentState]


class Telling:
    """One incident, detected so many minutes ago, told mostly by one person."""

    def __init__(self, script: Script, story: str, teller: str, minutes_ago: float) -> None:
        self._script, self._story, self._teller, self._ago = script, story, teller, minutes_ago

    def does(self, after: float, who: str, act: Callable[[Stage], None]) -> None:
        """Have somebody do something so many minutes after the detection."""
        self._script.add(self._ago - after, who, act)

    def detects(self, name: str, states: States | None = None) -> None:
        """Note an incident that no customer knows of."""

        def act(stage: Stage) -> None:
            row = declare_incident(stage.ctx, Declaration(name=name, states=_by_id(stage, states or {})))
            stage.incidents[self._story] = row.public_id

        self.does(0, self._teller, act)

    def declares(
        self, name: str, states: States, after: float, text: str, *, promise: int = 30, began: float = 0
    ) -> None:
        """Publish the first notice so many minutes `after` the detection; it `began` so many before that."""
        detected_at = self._script.now - timedelta(minutes=self._ago)

        def act(stage: Stage) -> None:
            began_at = detected_at - timedelta(minutes=began) if began else None
            declaration = Declaration(name=name, detected_at=detected_at, began_at=began_at)
            command = self._notice(stage, text, IncidentStatus.INVESTIGATING, states, promise)
            stage.incidents[self._story] = declare_and_publish(stage.ctx, declaration, command).public_id

        self.does(after, self._teller, act)

    def publishes_first(self, after: float, text: str, states: States, promise: int = 30) -> None:
        """Publish the first notice of an incident that was noted before."""
        status = IncidentStatus.INVESTIGATING
        self._publishes(after, lambda stage: self._notice(stage, text, status, states, promise))

    def updates(self, after: float, status: IncidentStatus, text: str, promise: int = 30) -> None:
        """Publish an update."""
        self._publishes(after, lambda stage: self._notice(stage, text, status, None, promise))

    def resolves(self, after: float, restored: float, text: str, *, fix: bool) -> None:
        """Publish the resolution: service was `restored` so many minutes after the detection."""
        restored_at = self._script.now - timedelta(minutes=self._ago - restored)
        self._publishes(
            after,
            lambda stage: NoticeCommand(
                text=stage.render(text),
                status=IncidentStatus.RESOLVED,
                restored_at=restored_at,
                permanent_fix=fix,
            ),
        )

    def ends_as_false_alarm(self, after: float, text: str) -> None:
        """Say that nothing was wrong after all."""
        self._publishes(
            after,
            lambda stage: NoticeCommand(
                text=stage.render(text), status=IncidentStatus.RESOLVED, is_false_alarm=True
            ),
        )

    def reopens(self, after: float, text: str, states: States) -> None:
        """Say that it has come back."""

        def act(stage: Stage) -> None:
            command = self._notice(stage, text, IncidentStatus.INVESTIGATING, states, 30)
            reopen_incident(stage.ctx, stage.incident(self._story), command, None)

        self.does(after, self._teller, act)

    def corrects(self, after: float, text: str) -> None:
        """Correct the newest notice."""

        def act(stage: Stage) -> None:
            row = stage.incident(self._story)
            correct_notice(stage.ctx, row, row.updates[-1], stage.render(text), None)

        self.does(after, self._teller, act)

    def notes(self, after: float, who: str, kind: EntryKind, text: str, *, sets: bool = False) -> None:
        """Write into the internal timeline; a mitigation may set its milestone."""
        self.does(
            after,
            who,
            lambda stage: _note(stage, self._story, kind, text, sets=sets),
        )

    def _publishes(self, after: float, notice: Callable[[Stage], NoticeCommand]) -> None:
        self.does(
            after,
            self._teller,
            lambda stage: _publish(stage, self._story, notice(stage)),
        )

    def _notice(
        self, stage: Stage, text: str, status: IncidentStatus, states: States | None, promise: int
    ) -> NoticeCommand:
        return NoticeCommand(
            text=stage.render(text),
            status=status,
            states=None if states is None else _by_id(stage, states),
            promise=PromiseIn(promise),
        )


def _publish(stage: Stage, story: str, command: NoticeCommand) -> None:
    publish_notice(stage.ctx, stage.incident(story), command)


def _note(stage: Stage, story: str, kind: EntryKind, text: str, *, sets: bool) -> None:
    add_entry(stage.ctx, stage.incident(story), kind, text, sets_mitigated_at=sets)


def _by_id(stage: Stage, states: States) -> dict[str, ComponentState]:
    return {stage.component(name): state for name, state in states.items()}
