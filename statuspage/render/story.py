"""An incident's story as one line in words, from its milestones."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.domain.public import PublicEpisode, PublicIncident
from statuspage.render.zone import duration

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story; `at` is written out after the words where the reader needs the time."""

    words: str
    at: datetime | None = None


def story(incident: PublicIncident) -> tuple[Step, ...]:
    """Return the steps in the order they are told: began, noticed, announced, mitigated, restored, resolved,
    explained.

    Of a backfill only what is known is told: nobody recorded when it was noticed or announced.
    """
    steps: list[Step] = []
    for index, episode in enumerate(incident.episodes):
        steps.append(Step("came back" if index else "Began", episode.began_at))
        if not incident.is_backfill:
            steps += _noticing(episode, is_reopening=index > 0)
        steps += _mending(episode, incident)
    if incident.postmortem is not None:
        steps.append(Step("preliminary postmortem" if incident.postmortem.is_preliminary else "postmortem"))
    return tuple(steps)


def _noticing(episode: PublicEpisode, *, is_reopening: bool) -> list[Step]:
    steps = []
    unnoticed = episode.detected_at - episode.began_at
    if unnoticed >= _MINUTE:
        steps.append(Step(f"we noticed after {duration(unnoticed)}"))
    silence = duration(episode.announced_at - episode.detected_at)
    if _is_announced_as_resolved(episode):
        steps.append(Step(f"first notice {silence} later, already resolved"))
    elif is_reopening:
        steps.append(Step(f"reopened {silence} later"))
    else:
        steps.append(Step(f"first notice {silence} later"))
    return steps


def _mending(episode: PublicEpisode, incident: PublicIncident) -> list[Step]:
    steps = []
    if episode.mitigated_at is not None and episode.mitigated_at != episode.restored_at:
        steps.append(Step(f"mitigated after {duration(episode.mitigated_at - episode.began_at)}"))
    is_last = episode is incident.episodes[-1]
    if is_last and incident.merged_into is not None:
        return [*steps, Step("merged into another incident")]
    if is_last and incident.is_false_alarm:
        return [*steps, Step("closed as a false alarm")]
    if episode.restored_at is not None:
        steps.append(Step(f"restored after {duration(episode.restored_at - episode.began_at)}"))
    return steps + _resolving(episode)


def _resolving(episode: PublicEpisode) -> list[Step]:
    if episode.resolved_at is None or _is_announced_as_resolved(episode):
        return []
    if episode.restored_at is None:
        return [Step(f"resolved after {duration(episode.resolved_at - episode.began_at)}")]
    wait = episode.resolved_at - episode.restored_at
    return [Step(f"resolved {duration(wait)} later" if wait >= _MINUTE else "resolved")]


def _is_announced_as_resolved(episode: PublicEpisode) -> bool:
    return episode.resolved_at is not None and episode.announced_at >= episode.resolved_at
