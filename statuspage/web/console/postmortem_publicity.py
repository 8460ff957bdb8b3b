"""Settings: what customers are told of postmortems before and after they are written."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField

from statuspage.domain.errors import DomainError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.page_settings import PageFields, change_page
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.postmortem_settings import HERE, add_part, show_postmortem_settings
from statuspage.web.console.screens import acting, done
from statuspage.web.security import allow
from statuspage.web.sign_in import confirmed


class PublicityForm(ConsoleForm):
    """Two switches."""

    has_postmortem_promise = BooleanField("Say on a resolved incident by when its postmortem comes")
    has_action_progress = BooleanField("Show how far the action items of a public postmortem are")


@blueprint.post("/settings/postmortems/public")
@allow(SiteRole.ADMIN)
@confirmed
def save_publicity() -> AnyResponse:
    """Set both switches."""
    form = PublicityForm()
    try:
        with acting() as ctx:
            change_page(
                ctx,
                PageFields(
                    has_postmortem_promise=bool(form.has_postmortem_promise.data),
                    has_action_progress=bool(form.has_action_progress.data),
                ),
            )
    except DomainError as error:
        form.refuse(error)
        return _refused(form)
    return done(HERE, "What customers are told of postmortems is saved.")


def _refused(form: PublicityForm) -> Response:
    return show_postmortem_settings(form.status, public=form)


def _shown(ctx: Context) -> PublicityForm:
    page = ctx.page
    return PublicityForm(
        None,
        has_postmortem_promise=page.has_postmortem_promise,
        has_action_progress=page.has_action_progress,
    )


add_part("public", "settings_postmortem_publicity.html", _shown)
