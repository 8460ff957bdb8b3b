"""The record of the last completed build: the file `.build`, whose change tells servers to look again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from statuspage.site.layout import BUILD


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """What `.build` says of the last completed build.

    `changed` are the paths that differ from the build whose id is `previous`, or None when they are too many
    to list. The id is random, because a rebuild keeps its number.
    """

    number: int
    id: str
    previous: str | None
    changed: tuple[str, ...] | None

    @classmethod
    def parse(cls, content: bytes) -> "BuildRecord":
        """Read the content of `.build`; raises ValueError when it is anything else."""
        try:
            document = json.loads(content)
            changed = document["changed"]
            return cls(
                number=int(document["number"]),
                id=str(document["id"]),
                previous=document["previous"],
                changed=None if changed is None else tuple(changed),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(".build is not the record of a build") from error

    def dump(self) -> bytes:
        """Return the content of `.build`."""
        return json.dumps(asdict(self)).encode()


def read_record(folder: Path) -> BuildRecord | None:
    """Return the record of the last completed build; None before the first, or when somebody damaged it."""
    try:
        return BuildRecord.parse((folder / BUILD).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
