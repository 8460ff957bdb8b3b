"""Write a migration for what the models have and the migrations have not. See `make migration`."""

import argparse
import shutil
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from statuspage.app import create_app
from statuspage.settings import Settings
from statuspage.web.schema import MIGRATIONS, alembic_config

VERSIONS = MIGRATIONS / "versions"
INITIAL = VERSIONS / "0001_all_tables.py"


def main() -> None:
    """Compare the models with the migrations and write the difference, or all tables with --initial."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    choice = arguments.add_mutually_exclusive_group(required=True)
    choice.add_argument("message", nargs="?", help="a few words that become the file's name")
    choice.add_argument(
        "--initial", action="store_true", help=f"rewrite {INITIAL.name}; only while no release carries it"
    )
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"STATUSPAGE_INSTANCE_DIR": folder}))
        with app.app_context():
            config = alembic_config(app)
            if options.initial:
                write_initial(config, Path(folder))
            else:
                write_next(config, options.message)


def write_next(config: Config, message: str) -> None:
    """Add a migration after the last one."""
    command.upgrade(config, "head")
    number = 1 + sum(1 for _ in VERSIONS.glob("*.py"))
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def write_initial(config: Config, folder: Path) -> None:
    """Write the first migration anew, as if there were none."""
    config.set_main_option("version_locations", str(folder))
    command.revision(config, "all tables", autogenerate=True, rev_id="0001", version_path=str(folder))
    shutil.copyfile(folder / INITIAL.name, INITIAL)


if __name__ == "__main__":
    main()
