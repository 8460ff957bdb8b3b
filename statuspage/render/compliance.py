"""The compliance report as JSON and CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.compliance import Judged, Outcome
from statuspage.domain.compliance_figures import AllGaps, BackfillGaps, Figures, Kept, Spread, Tally
from statuspage.domain.incident import NoticeKind
from statuspage.render.v2 import moment

Fields = dict[str, Any]


def figures_fields(figures: Figures) -> Fields:
    """Return the figures of some incidents by name; spans are seconds, exact to the millisecond."""
    return {
        **kept_fields(figures.kept),
        "resolution_notice": {**tally_fields(figures.kept.resolution_notice), "assumed": figures.assumed},
        "all_gaps_kept": _all_gaps(figures.all_gaps),
        "backfill": _backfill(figures.backfill),
        "detected": figures.incidents,
        "initial_notice_as_reported": tally_fields(figures.initial_as_reported),
        "first_notice_seconds": _spread(figures.first_notice),
        "initial_notice_late_seconds": _spread(figures.first_notice_lateness),
        "promise_late_seconds": _spread(figures.promise_lateness),
        "resolution_delay_seconds": _spread(figures.resolution_delay),
        "notices": {
            "published": figures.notices,
            "by_token": figures.by_token,
            "updates": figures.updates,
            "no_change": figures.no_change,
            "late": figures.late_notices,
            "late_with_reason": figures.explained,
        },
    }


def kept_fields(kept: Kept) -> Fields:
    """Return what became of duties, by name."""
    return {
        "initial_notice": tally_fields(kept.initial_notice),
        "promises": promise_fields(kept.promises),
        "resolution_notice": tally_fields(kept.resolution_notice),
        "postmortem": {**tally_fields(kept.postmortem), "waived": kept.waived},
        "hidden": {hidden.value: count for hidden, count in kept.hidden.items()},
    }


def tally_fields(tally: Tally) -> Fields:
    """Return how many of something owed came in time, late or not at all."""
    return {"owed": tally.owed, "on_time": tally.on_time, "late": tally.late, "missing": tally.missing}


def promise_fields(promises: Tally) -> Fields:
    """Return what became of promises; one that came late and one that never did are both broken."""
    return {
        "made": promises.owed,
        "kept": promises.on_time,
        "broken": promises.late + promises.missing,
        "open": promises.pending,
    }


def _all_gaps(gaps: AllGaps) -> Fields:
    return {"incidents": gaps.incidents, "kept": gaps.kept}


def _backfill(gaps: BackfillGaps) -> Fields:
    return {name: getattr(gaps, name) for name in BackfillGaps.__dataclass_fields__}


def _spread(spread: Spread | None) -> Fields | None:
    if spread is None:
        return None
    return {"p50": seconds(spread.p50), "p90": seconds(spread.p90), "max": seconds(spread.most)}


def seconds(span: timedelta | None) -> float | None:
    """Return a span in seconds."""
    return None if span is None else round(span.total_seconds(), 3)


def incident_fields(judged: Judged) -> Fields:
    """Return what the report says of one incident, by name."""
    incident = judged.incident
    promises = judged.of(DeadlineKind.UPDATE)
    outcomes = [duty.outcome for duty in promises]
    reported = incident.reported_detected_at
    announced_at = incident.episodes[0].announced_at
    return {
        "id": judged.case.id,
        "name": judged.case.name,
        "status": incident.status.value,
        "impact": judged.impact.value,
        "backfilled": incident.is_backfill,
        "detected_at": moment(judged.detected_at),
        "detected_at_as_reported": moment(reported),
        "announced_at": moment(announced_at),
        "first_resolved_at": moment(judged.first_resolved_at),
        "resolved_at": moment(incident.episode.resolved_at),
        "initial_notice": judged.outcome(DeadlineKind.INITIAL_NOTICE),
        "initial_notice_as_reported": judged.reported_initial.outcome if judged.reported_initial else None,
        "first_notice_seconds": seconds(next(iter(judged.first_notices), None)),
        "first_notice_seconds_as_reported": seconds(
            announced_at - reported if announced_at and reported else None
        ),
        "promises_made": len(promises),
        "promises_kept": outcomes.count(Outcome.ON_TIME),
        "promises_broken": outcomes.count(Outcome.LATE) + outcomes.count(Outcome.MISSING),
        "promises_open": outcomes.count(Outcome.PENDING),
        "longest_promise_late_seconds": seconds(max((duty.late for duty in promises), default=None) or None),
        "all_gaps_kept": judged.are_all_gaps_kept,
        "resolution_notice": judged.outcome(DeadlineKind.RESOLUTION_NOTICE),
        "resolution_delay_seconds": seconds(max(judged.resolution_delays, default=None)),
        "restored_at_assumed": judged.assumed > 0,
        "postmortem": judged.outcome(DeadlineKind.POSTMORTEM),
        "postmortem_public_at": moment(judged.case.postmortem.public_since),
        "postmortem_waived": judged.is_waived,
        "postmortem_waived_reason": judged.case.waived_reason if judged.is_waived else None,
        "hidden": judged.hidden,
        "notices": len(incident.notices),
        "notices_by_token": judged.case.by_token,
        "updates": sum(notice.kind is NoticeKind.UPDATE for notice in incident.notices),
        "no_change_updates": sum(notice.is_no_change for notice in incident.notices),
        "longest_gap_seconds": seconds(max(judged.gaps, default=None)),
        "late_notices": len(judged.late_reasons),
        "late_reasons": [reason for reason in judged.late_reasons if reason],
    }


def incidents_csv(judged: Iterable[Judged]) -> str:
    """Return a line for each incident under a line of names, as spreadsheets read it (RFC 4180)."""
    rows = [incident_fields(each) for each in judged]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " | ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    # A name that begins like a formula would be run as one by the program that opens the file.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


COLUMNS = (
    *("id", "name", "status", "impact", "backfilled", "detected_at", "detected_at_as_reported"),
    *("announced_at", "first_resolved_at", "resolved_at", "initial_notice", "initial_notice_as_reported"),
    *("first_notice_seconds", "first_notice_seconds_as_reported", "promises_made", "promises_kept"),
    *("promises_broken", "promises_open", "longest_promise_late_seconds", "all_gaps_kept"),
    *("resolution_notice", "resolution_delay_seconds", "restored_at_assumed", "postmortem"),
    *("postmortem_public_at", "postmortem_waived", "postmortem_waived_reason"),
    *("hidden", "notices", "notices_by_token", "updates", "no_change_updates"),
    *("longest_gap_seconds", "late_notices", "late_reasons"),
)
