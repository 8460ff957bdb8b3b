"""Settings: the site's own words of blame, one on each line."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from statuspage.domain.blame_site import MOST_WORDS, SiteWord
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.blame_check import site_words_of
from statuspage.services.context import Context
from statuspage.services.page_settings import PageFields, change_page
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.postmortem_settings import HERE, add_part, show_postmortem_settings
from statuspage.web.console.screens import acting, done
from statuspage.web.security import allow
from statuspage.web.sign_in import confirmed


class WordsForm(ConsoleForm):
    """The words, each on its line, with what could stand instead behind an equals sign."""

    blame_words = TextAreaField("This site’s own words")
    most = MOST_WORDS
    seen = ""


class _OvertakenError(Exception):
    """Somebody else has saved other words meanwhile; it holds theirs."""


@blueprint.post("/settings/postmortems/words")
@allow(SiteRole.ADMIN)
@confirmed
def save_blame_words() -> AnyResponse:
    """Save the words. Where somebody else saved others meanwhile, both lists are shown."""
    form = WordsForm()
    own, seen = _plain(form.blame_words.data), _plain(request.form.get("seen"))
    form.seen = seen
    try:
        with acting() as ctx:
            present = _as_text(ctx)
            if present not in (seen, own):
                raise _OvertakenError(present)
            change_page(ctx, PageFields(blame_words=_words(own)))
    except DomainError as error:
        form.refuse(error)
    except _OvertakenError as error:
        form.seen = str(error)
        theirs = f"Somebody else saved these words meanwhile: {form.seen or 'none'}."
        form.blame_words.errors = [f"{theirs} Yours are still here; save again to put them in their place."]
        return show_postmortem_settings(409, words=form)
    else:
        return done(HERE, "The words are saved.")
    return show_postmortem_settings(form.status, words=form)


def _shown(ctx: Context) -> WordsForm:
    form = WordsForm(None, blame_words=_as_text(ctx))
    form.seen = _as_text(ctx)
    return form


def _as_text(ctx: Context) -> str:
    return "\n".join(
        f"{each.word} = {each.suggestion}" if each.suggestion else each.word
        for each in site_words_of(ctx.page)
    )


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _words(text: str) -> tuple[SiteWord, ...]:
    return tuple(_word(line.strip()) for line in text.split("\n") if line.strip())


def _word(line: str) -> SiteWord:
    word, _, suggestion = line.partition("=")
    if not word.strip():
        raise RuleError("blank", f"Write the word before the equals sign in “{line[:80]}”.", "blame_words")
    return SiteWord(word.strip(), suggestion.strip())


add_part("words", "settings_postmortem_words.html", _shown)
