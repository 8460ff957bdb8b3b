"""A site on which postmortems are published, for tests of services."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from statuspage.domain.postmortem import Content, Section, Visibility
from statuspage.domain.roles import COMMAND_LINE, SiteRole
from statuspage.services.postmortem_html import RenderedPostmortem, render_postmortem
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_postmortem import publish_postmortem
from statuspage.services.publishing import publish, refresh
from statuspage.services.rebuilding import rebuild
from statuspage.site.build import Site
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, all_postmortems, get_postmortem, head_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, over, write

URL = "https://status.example.com"


class PlainMarkdown:
    """Puts every text into one paragraph."""

    def render(self, text: str) -> str:
        return f"<p>{text}</p>"

    def render_many(self, texts: Sequence[str]) -> list[str]:
        return [self.render(text) for text in texts]


def markup_of(content: Content) -> RenderedPostmortem:
    return render_postmortem(PlainMarkdown(), content)


class Desk:
    """Two people who write and approve postmortems, and the site that shows them."""

    def __init__(self, act: Act, session: Session, clock: FakeClock, folder: Path) -> None:
        self.act, self.session, self.clock = act, session, clock
        self.site = Site(folder)
        self.author: Account = make_account(session, role=SiteRole.COMMUNICATOR, name="Ana Author")
        self.reviewer: Account = make_account(session, role=SiteRole.COMMUNICATOR, name="Ben Reviewer")
        session.commit()

    def resolved(self) -> IncidentRow:
        """Return an incident that is over, some minutes ago."""
        row = over(self.act)
        self.clock.advance(minutes=5)
        return row

    def written(self, row: IncidentRow) -> Postmortem:
        """Return its postmortem with a complete text."""
        postmortem = get_postmortem(self.session, row)
        write(self.act, self.session, postmortem, self.author)
        return postmortem

    def edit(self, postmortem: Postmortem, change: Callable[[Content], Content]) -> None:
        """Have the author change the text."""
        with self.act(actor_of(self.author)) as ctx:
            head = head_of(self.session, postmortem)
            save_postmortem(ctx, postmortem, change(head.value), head.number)

    def say(self, postmortem: Postmortem, summary: str) -> None:
        """Have the author write another summary."""
        self.edit(postmortem, lambda content: content.with_section(Section.SUMMARY, summary))

    def publish(self, postmortem: Postmortem, visibility: Visibility = Visibility.PUBLIC) -> None:
        """Have the newest text reviewed, approved and published."""
        ask(self.act, postmortem, self.author)
        approve(self.act, self.session, postmortem, self.reviewer)
        self.clock.advance(minutes=1)
        with self.act(actor_of(self.reviewer)) as ctx:
            markup = markup_of(head_of(self.session, postmortem).value)
            publish_postmortem(ctx, postmortem, markup, visibility)

    def the_postmortem(self) -> Postmortem:
        """Return the one there is."""
        return all_postmortems(self.session)[0]

    def publish_again(self, postmortem: Postmortem, summary: str) -> None:
        """Have another summary written, approved and published."""
        self.say(postmortem, summary)
        self.publish(postmortem)

    def published(self) -> tuple[IncidentRow, Postmortem]:
        """Return an incident that is over, and its postmortem for everybody."""
        row = self.resolved()
        postmortem = self.written(row)
        self.publish(postmortem)
        return row, postmortem

    def set_page(self, **fields: object) -> None:
        """Set the page without anything else happening."""
        with self.act(COMMAND_LINE) as ctx:
            for name, value in fields.items():
                setattr(ctx.page, name, value)

    def build(self) -> None:
        """Build what is due."""
        self.session.commit()
        publish(self.session, self.site, self.clock, URL)

    def rebuild(self) -> None:
        """Build everything anew, as another process would."""
        self.session.commit()
        with Session(self.session.get_bind()) as session:
            rebuild(session, self.site, self.clock, URL)

    def refresh(self, since: datetime | None) -> datetime:
        """Let the worker look at what time has changed."""
        self.session.commit()
        return refresh(self.session, self.site, self.clock, URL, since)

    def files(self) -> dict[str, bytes]:
        """Return every file of the site that is served, as it stands."""
        folder = self.site.folder
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and not path.relative_to(folder).as_posix().startswith(".build")
        }

    def naming(self, mark: str) -> set[str]:
        """Return the files in which that stands."""
        return {path for path, content in self.files().items() if mark.encode() in content}

    def read(self, path: str) -> str:
        return (self.site.folder / path).read_text()
