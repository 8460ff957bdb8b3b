"""Two people who change the same settings: what each has changed, and where they clash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Merge(Generic[Value]):
    """`changes` is what to set; `clashes` are the present values of what somebody else set meanwhile."""

    changes: Mapping[str, Value]
    clashes: Mapping[str, Value]


def merged(seen: Mapping[str, Value], own: Mapping[str, Value], present: Mapping[str, Value]) -> Merge[Value]:
    """Return what a form changes of what it showed; what it left alone stays as it is now.

    Only a field that both have set, and to different values, is a clash.
    """
    changes = {name: value for name, value in own.items() if seen.get(name) != value}
    clashes = {
        name: present[name]
        for name, value in changes.items()
        if name in seen and present[name] not in (seen[name], value)
    }
    return Merge(changes, clashes)
