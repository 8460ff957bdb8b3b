"""`user …`: the staff's accounts, and the first admin without a browser."""

import sys

import click

from statuspage.cli.common import Refused, acting, looking, table
from statuspage.domain.roles import SiteRole

_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group()
def user() -> None:
    """Manage the staff's accounts."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in SiteRole]),
    help="What the person may do.",
)
@click.option("--team", help="The person's team.")
@_from_stdin
def add(email: str, name: str, role: str, team: str | None, password_stdin: bool) -> None:
    """Make an account for EMAIL."""
    from statuspage.services.accounts import NewAccount, create_account

    password = _hashed(_password(password_stdin))
    with acting() as ctx:
        new = NewAccount(email, name, SiteRole(role), team, password)
        address = create_account(ctx, new).email
    click.echo(f"{address} may now act as {role}.", err=True)
    if password is None:
        click.echo(f"It has no password yet: statuspage user reset {address}", err=True)


@user.command("list")
def list_() -> None:
    """List all accounts."""
    from statuspage.store.accounts import Account, all_accounts

    def row(account: Account) -> tuple[str, ...]:
        state = "disabled" if account.disabled_at else "active" if account.password_hash else "no password"
        return account.email, account.name, account.role, account.team or "-", state

    with looking() as ctx:
        rows = [row(account) for account in all_accounts(ctx.session)]
    click.echo(table([("EMAIL", "NAME", "ROLE", "TEAM", "STATE"), *rows]))


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Shut the account of EMAIL, and with it every token that acts for it."""
    from statuspage.services.accounts import disable_account, known_account
    from statuspage.store.accounts import active_admins

    with acting() as ctx:
        account = known_account(ctx, email)
        disable_account(ctx, account)
        ctx.session.flush()
        click.echo(f"{account.email} is disabled.", err=True)
        if not active_admins(ctx.session):
            click.echo("No admin is left who may act; make one with `statuspage user add`.", err=True)


@user.command()
@click.argument("email")
@_from_stdin
def reset(email: str, password_stdin: bool) -> None:
    """Give the account of EMAIL a new password, or none where nobody can be asked for one."""
    from statuspage.services.accounts import known_account, reset_password

    password = _hashed(_password(password_stdin))
    with acting() as ctx:
        account = known_account(ctx, email)
        reset_password(ctx, account, password)
        state = "has a new password" if password else "has no password now; nobody can sign in to it"
        click.echo(f"{account.email} {state}.", err=True)


def _password(is_on_stdin: bool) -> str | None:
    """Return the password from standard input or, at a terminal, from the person there."""
    if is_on_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return None


def _hashed(password: str | None) -> str | None:
    """Return what to store for a password, before any transaction begins: it takes long on purpose."""
    from statuspage.adapters.passwords import Argon2Passwords
    from statuspage.domain.errors import DomainError
    from statuspage.services.accounts import hashed_password

    try:
        return None if password is None else hashed_password(Argon2Passwords(), password)
    except DomainError as error:
        raise Refused(error.message) from error
