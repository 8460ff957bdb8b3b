"""The note that every page is to be built anew: kept beside the site, so that no restart forgets it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOTE = ".everything"
_LOCK = ".rebuilding"
_DESIGN = ".design"


@contextmanager
def only_rebuilder(folder: Path) -> Iterator[None]:
    """Exclude other rebuilds of the whole site, waiting for them; notices are published meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ask_for_everything(folder: Path, number: int) -> None:
    """Note, durably, that everything is to be built as of that publication or a later one."""
    _write(folder / _NOTE, str(number))


def built_design(folder: Path) -> str | None:
    """Return the design that every page was last built in; None before the first complete build."""
    try:
        return (folder / _DESIGN).read_text()
    except FileNotFoundError:
        return None


def note_design(folder: Path, design: str) -> None:
    """Note the design that every page is built in now."""
    _write(folder / _DESIGN, design)


def _write(note: Path, text: str) -> None:
    temporary = note.with_name(f"{note.name}.new")
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(note)


def everything_asked_for(folder: Path) -> int | None:
    """Return the publication as of which everything is to be built anew, or None when nothing is."""
    try:
        return int((folder / _NOTE).read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        return 0


def everything_done(folder: Path, number: int) -> None:
    """Take the note away, unless it asks for a later publication than was built."""
    asked = everything_asked_for(folder)
    if asked is not None and asked <= number:
        (folder / _NOTE).unlink(missing_ok=True)
