"""`migrate`."""

import click

from statuspage.cli.common import Unavailable, acting, settings_from


@click.command()
@click.option(
    "--setup-link", is_flag=True, help="While there is no account, print a link for making the first one."
)
def migrate(setup_link: bool) -> None:
    """Bring the database to the newest schema, and make the page where there is none."""
    settings = settings_from()

    from sqlalchemy.exc import SQLAlchemyError

    from statuspage.app import create_app
    from statuspage.store.sessions import is_unready, unready_sentence
    from statuspage.web import schema
    from statuspage.web.database import close_database

    app = create_app(settings)
    try:
        schema.migrate(app)
    except SQLAlchemyError as error:
        if not is_unready(error):
            raise
        raise Unavailable(unready_sentence(error, settings.database_url)) from error
    finally:
        close_database(app)
    if setup_link:
        _print_setup_link(settings.base_url)


def _print_setup_link(base_url: str) -> None:
    from statuspage.services.set_up import new_setup_link

    with acting() as ctx:
        secret = new_setup_link(ctx)
    if secret is not None:
        click.echo(f"Set-up link: {base_url}/setup?token={secret}")
