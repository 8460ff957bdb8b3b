"""Drills: rehearsals on the real console that no customer ever sees."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.drill_clock import DrillClock
from statuspage.domain.errors import NotFoundError
from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned


class DrillScenario(Versioned, Base):
    """What a drill can be played from.

    `states` are the components that fail, by public id; `prompts` what the game master says over time:
    `[{"after_minutes": 5, "text": …}]` in drill time.
    """

    __tablename__ = "drill_scenarios"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prompts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Drill(Versioned, Base):
    """One rehearsal. `started_at`, `paused_at`, `ended_at` are real instants; `paused_seconds` is how long it
    has stood still so far. Its incidents' instants are drill time: start + elapsed × speed.

    `score` is the score card as it stood at the end; `became_incident_id` the public id of the
    real incident it turned into.
    """

    __tablename__ = "drills"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(255))
    speed: Mapped[int]
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("drill_scenarios.id"))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    started_at: Mapped[datetime] = mapped_column(index=True)
    paused_at: Mapped[datetime | None]
    paused_seconds: Mapped[float] = mapped_column(default=0.0)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    score: Mapped[dict[str, Any]] = mapped_column(default=dict)
    became_incident_id: Mapped[str | None] = mapped_column(String(12))

    started_by: Mapped[Account | None] = relationship(lazy="joined")
    scenario: Mapped[DrillScenario | None] = relationship(lazy="select")
    participants: Mapped[list["DrillParticipant"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )
    prompts: Mapped[list["DrillPrompt"]] = relationship(
        order_by="DrillPrompt.after_minutes", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> str:
        """Return `running`, `paused` or `over`."""
        return "over" if self.ended_at else "paused" if self.paused_at else "running"

    @property
    def pace(self) -> int:
        """Return how fast its clock runs at present: 0 while it stands still."""
        return self.speed if self.state == "running" else 0

    @property
    def clock(self) -> DrillClock:
        """Return the drill's own clock."""
        return DrillClock(
            started_at=self.started_at,
            speed=self.speed,
            paused=timedelta(seconds=self.paused_seconds),
            paused_at=self.paused_at,
            ended_at=self.ended_at,
        )


class DrillParticipant(Base):
    """Somebody who takes part; nobody else hears of it."""

    __tablename__ = "drill_participants"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)

    account: Mapped[Account] = relationship(lazy="joined")


class DrillPrompt(Base):
    """What the game master says, `after_minutes` of drill time after the start."""

    __tablename__ = "drill_prompts"

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), index=True)
    after_minutes: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime | None]


def get_drill(session: Session, public_id: str) -> Drill:
    """Return the drill of that public id; raise `not_found` where there is none."""
    drill = session.scalar(select(Drill).where(Drill.public_id == public_id))
    if drill is None:
        raise NotFoundError("not_found", "There is no such drill.")
    return drill


def drills_not_over(session: Session) -> list[Drill]:
    """Return the drills that run or are paused, oldest first."""
    return list(session.scalars(select(Drill).where(Drill.ended_at.is_(None)).order_by(Drill.id)))


def all_drills(session: Session, limit: int, offset: int = 0) -> list[Drill]:
    """Return the drills, newest first."""
    return list(session.scalars(select(Drill).order_by(Drill.id.desc()).limit(limit).offset(offset)))


def all_scenarios(session: Session) -> list[DrillScenario]:
    """Return the scenarios by title, archived ones left out."""
    query = select(DrillScenario).where(DrillScenario.archived_at.is_(None))
    return list(session.scalars(query.order_by(DrillScenario.title, DrillScenario.id)))


def get_scenario(session: Session, public_id: str) -> DrillScenario:
    """Return the scenario of that public id; raise `not_found` where there is none or it is archived."""
    query = select(DrillScenario).where(
        DrillScenario.public_id == public_id, DrillScenario.archived_at.is_(None)
    )
    scenario = session.scalar(query)
    if scenario is None:
        raise NotFoundError("not_found", "There is no such scenario.")
    return scenario
