"""`python -m bench [--quick]`: one run, one table. Exit status 1 when a limit does not hold."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench import clicks, first_view, freshness, growth, publishing_load, serving, starting
from bench.instance import Instance, make_instance
from bench.processes import load
from bench.table import Row, exit_status, table

NEEDED = ("nginx", "wrk", "taskset")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    incidents: int
    rounds: int
    load_rounds: int
    load_seconds: int
    publications: int
    compared: int
    starts: int
    with_postgresql: bool


FULL = Scale(10_000, 7, 3, 6, 60, 25, 5, True)
QUICK = Scale(1_000, 3, 1, 4, 15, 8, 3, False)


def main() -> int:
    """Run every row and print the table."""
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks, as ratios within one run.")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the history, fewer rounds, no PostgreSQL"
    )
    scale = QUICK if parser.parse_args().quick else FULL
    os.environ["PATH"] += f"{os.pathsep}/usr/sbin"
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing or (os.cpu_count() or 1) < 2:
        sys.exit(
            f"The benchmarks need two cores, {', '.join(NEEDED)}; missing: {', '.join(missing) or 'a core'}."
        )
    started, busy = perf_counter(), load()
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)  # nginx drops its rights when root starts it
        found = list(_rows(Path(scratch), scale))
    print(table(found))
    print(f"{perf_counter() - started:.0f} s; load {busy} before, {load()} after; {os.cpu_count()} cores.")
    return exit_status(found)


def _rows(scratch: Path, scale: Scale) -> Iterator[Row]:
    large = make_instance(scratch, "many", scale.incidents)
    rebuild = large.run("site", "build", "--all")
    parts: tuple[Callable[[], Iterator[Row]], ...] = (
        # First, while both histories differ in nothing but their length.
        lambda: growth.rows(scratch, large, scale.compared, scale.with_postgresql),
        lambda: serving.rows(large, scratch, scale.rounds),
        lambda: publishing_load.rows(large, scale.load_rounds, scale.load_seconds),
        lambda: freshness.rows(large, scale.publications),
        lambda: first_view.rows(large),
        lambda: starting.rows(large, scale.starts),
        lambda: clicks.rows(large, scale.rounds),
    )
    for part in parts:
        for row in part():
            print(f"… {row.what}: {row.verdict}", file=sys.stderr, flush=True)
            yield row
    yield from _information(large, rebuild)


def _information(large: Instance, rebuild: float) -> Iterator[Row]:
    note = f"{large.incidents:,} incidents"
    yield Row(what="import into SQLite", value=large.import_seconds, unit="s", note=note)
    yield Row(what="building every page anew", value=rebuild, unit="s", note=note)


if __name__ == "__main__":
    sys.exit(main())
