"""`token …`: secrets for programs that use the manage API."""

from datetime import timedelta

import click

from statuspage.cli.common import acting, looking, table
from statuspage.domain.roles import SiteRole


@click.group()
def token() -> None:
    """Manage the API's tokens."""


@token.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in SiteRole]),
    help="What it may do at most.",
)
@click.option("--owner", metavar="EMAIL", help="Whom it acts for (default: the first admin).")
@click.option("--expires-in-days", type=int, metavar="N", help="How long it holds (default: until revoked).")
def add(name: str, role: str, owner: str | None, expires_in_days: int | None) -> None:
    """Make a token and print its secret, which nobody can show again."""
    from statuspage.services.tokens import create_token

    within = None if expires_in_days is None else timedelta(days=expires_in_days)
    with acting() as ctx:
        made, secret = create_token(ctx, name, SiteRole(role), owner, within)
        effective = made.role.at_most(made.owner.role)
        click.echo(f"Token {made.public_id} acts for {made.owner.email} as {effective}.", err=True)
    click.echo(secret)


@token.command("list")
def list_() -> None:
    """List all tokens, newest first, without their secrets."""
    from statuspage.store.accounts import ApiToken, all_tokens

    with looking() as ctx:

        def row(made: ApiToken) -> tuple[str, ...]:
            has_expired = made.expires_at is not None and made.expires_at <= ctx.now
            state = "revoked" if made.revoked_at else "expired" if has_expired else "active"
            expires = f"{made.expires_at:%Y-%m-%d %H:%M}" if made.expires_at else "-"
            return made.public_id, made.name, made.role, made.owner.email, expires, state

        rows = [row(made) for made in all_tokens(ctx.session)]
    click.echo(table([("ID", "NAME", "ROLE", "OWNER", "EXPIRES (UTC)", "STATE"), *rows]))


@token.command()
@click.argument("name_or_id")
def revoke(name_or_id: str) -> None:
    """Take a token's power, at once and for good."""
    from statuspage.services.tokens import revoke_token

    with acting() as ctx:
        made = revoke_token(ctx, name_or_id)
        click.echo(f"Token {made.public_id} is revoked.", err=True)
