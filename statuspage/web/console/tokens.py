"""API tokens: made for programs, shown once, revoked at once."""

from datetime import timedelta

from flask import Response
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.tokens import create_token, is_usable, revoke_token, token_states
from statuspage.store.accounts import all_accounts, find_account
from statuspage.store.ids import new_public_id
from statuspage.web.console.accounts import role_choices
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.screens import acting, done, go_to, looking, person_of, screen
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import confirmed

LIST = "/console/tokens"
LIVES = {"": "Until it is revoked", "30": "30 days", "90": "90 days", "365": "One year"}
_LIVES = [SelectChoice(*life) for life in LIVES.items()]


class TokenForm(ConsoleForm):
    """What a program gets."""

    aliases = {"expires_in_days": "lives"}  # noqa: RUF012 - as in the class it belongs to
    name = StringField("What is it for?")
    role = RadioField("Role", choices=role_choices())
    owner = SelectField("Acts for", validate_choice=False)
    lives = SelectField("Holds", choices=_LIVES, validate_choice=False)
    form_key = HiddenField()


@blueprint.get("/tokens")
@allow(SiteRole.ADMIN)
@confirmed
def tokens() -> Response:
    """List the tokens."""
    with looking() as ctx:
        rows = token_states(ctx)
        return screen(
            ctx,
            "tokens.html",
            title="API tokens",
            section="settings",
            rows=rows,
            usable={row.public_id for row in rows if is_usable(row, ctx.now)},
            base_url=adapters().settings.base_url,
        )


@blueprint.get("/tokens/new")
@allow(SiteRole.ADMIN)
@confirmed
def new_token() -> Response:
    """Ask what the token is for."""
    return _ask(TokenForm(None, role=SiteRole.RESPONDER.value, form_key=new_public_id()))


@blueprint.post("/tokens/new")
@allow(SiteRole.ADMIN)
@confirmed
def make_token() -> AnyResponse:
    """Make a token and show its secret, this once."""
    form = TokenForm()
    try:
        with acting() as ctx:
            key = form.form_key.data or ""
            if sent_before(ctx, key):
                return go_to(LIST)
            token, secret = create_token(
                ctx, form.name.data or "", _role(form), _owner(ctx, form), _life(form)
            )
            note_sent(ctx, key, LIST)
            name, page_id = token.name, ctx.page.public_id
    except DomainError as error:
        form.refuse(error)
        return _ask(form)
    with looking() as ctx:
        return screen(
            ctx,
            "token_shown.html",
            title="Copy this token now",
            section="settings",
            name=name,
            secret=secret,
            example=f"{adapters().settings.base_url}/v1/pages/{page_id}",
        )


@blueprint.post("/tokens/<token_id>/revoke")
@allow(SiteRole.ADMIN)
@confirmed
def revoke(token_id: str) -> AnyResponse:
    """Take a token's power."""
    with acting() as ctx:
        name = revoke_token(ctx, token_id).name
    return done(LIST, f"“{name}” opens nothing any more.")


def _ask(form: TokenForm) -> Response:
    with looking() as ctx:
        people = [one for one in all_accounts(ctx.session) if one.disabled_at is None]
        form.owner.choices = [SelectChoice(one.email, f"{one.name} ({one.email})") for one in people]
        form.owner.data = form.owner.data or person_of(ctx).email
        return screen(
            ctx, "token_new.html", title="New API token", section="settings", status=form.status, form=form
        )


def _role(form: TokenForm) -> SiteRole:
    try:
        return SiteRole(form.role.data)
    except ValueError:
        raise RuleError("invalid", "Choose one of the roles.", "role") from None


def _owner(ctx: Context, form: TokenForm) -> str:
    owner = find_account(ctx.session, form.owner.data or "")
    if owner is None:
        raise RuleError("invalid", "Choose one of those offered.", "owner")
    return owner.email


def _life(form: TokenForm) -> timedelta | None:
    chosen = form.lives.data or ""
    if chosen not in LIVES:
        raise RuleError("invalid", "Choose one of those offered.", "lives")
    return timedelta(days=int(chosen)) if chosen else None
