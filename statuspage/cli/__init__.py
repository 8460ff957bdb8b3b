"""The `statuspage` command. Each loads what it needs when it runs, so that it starts quickly."""

import click

from statuspage import __version__
from statuspage.cli.database import migrate
from statuspage.cli.demo import demo
from statuspage.cli.doctor import doctor
from statuspage.cli.history import import_
from statuspage.cli.run import serve, web, worker
from statuspage.cli.site import site
from statuspage.cli.tokens import token
from statuspage.cli.users import user

EPILOG = (
    "Exit codes: 0 done; 1 refused or failed; 2 wrong usage; 69 the database does not answer or is not "
    "migrated; 78 wrong settings."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """A status page that keeps its word."""


for _command in (serve, web, worker, migrate, demo, doctor, user, token, site, import_):
    main.add_command(_command)
