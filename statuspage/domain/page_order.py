"""The order of the page from top to bottom: components and groups, and who is in which group."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from statuspage.domain.errors import RuleError

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Placed:
    """A component or a group at its place, by public id; a group with its members in order."""

    public_id: str
    members: tuple[str, ...] = ()


class Move(StrEnum):
    """A step that somebody makes without dragging."""

    UP = "up"
    DOWN = "down"
    INTO = "into"
    OUT = "out"


def moved(order: Sequence[Placed], public_id: str, move: Move, groups: Sequence[str] = ()) -> list[Placed]:
    """Return the order after one step; what has nowhere to go stays.

    `UP` and `DOWN` go past a neighbour, and at a group's end out of it. `INTO` goes to the end of the next of
    these `groups` above, or to the beginning of the next one below. `OUT` goes below the group.
    """
    top = list(order)
    at = _index(top, public_id)
    if top[at].public_id != public_id:
        return _member_moved(top, at, public_id, move)
    if move is Move.INTO:
        return _put_into(top, at, groups)
    if move is not Move.OUT:
        _swap(top, at, move)
    return top


def place_of(order: Sequence[Placed], public_id: str) -> tuple[str | None, int, int]:
    """Return the group it is in, if any, its number there counted from 1, and how many stand there."""
    at = _index(order, public_id)
    if order[at].public_id == public_id:
        return None, at + 1, len(order)
    members = order[at].members
    return order[at].public_id, members.index(public_id) + 1, len(members)


def _index(order: Sequence[Placed], public_id: str) -> int:
    for at, placed in enumerate(order):
        if public_id == placed.public_id or public_id in placed.members:
            return at
    raise RuleError("unknown_component", "There is no such component any more.", "order")


def _swap(things: list[Thing], at: int, move: Move) -> bool:
    """Exchange it with its neighbour; return whether it has one."""
    other = at - 1 if move is Move.UP else at + 1
    if not 0 <= other < len(things):
        return False
    things[at], things[other] = things[other], things[at]
    return True


def _member_moved(top: list[Placed], at: int, public_id: str, move: Move) -> list[Placed]:
    members = list(top[at].members)
    if move is Move.INTO:
        return top
    is_inside = move is not Move.OUT and _swap(members, members.index(public_id), move)
    if not is_inside:
        members.remove(public_id)
    top[at] = Placed(top[at].public_id, tuple(members))
    if not is_inside:
        top.insert(at if move is Move.UP else at + 1, Placed(public_id))
    return top


def _put_into(top: list[Placed], at: int, groups: Sequence[str]) -> list[Placed]:
    component = top[at]
    above = [each for each in top[:at] if each.public_id in groups]
    below = [each for each in top[at + 1 :] if each.public_id in groups]
    if component.public_id in groups or not (above or below):
        return top
    group = above[-1] if above else below[0]
    joined = (*group.members, component.public_id) if above else (component.public_id, *group.members)
    top[top.index(group)] = Placed(group.public_id, joined)
    top.remove(component)
    return top
