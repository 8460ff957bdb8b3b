"""The page's logo."""

import hashlib

from sqlalchemy import select

from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.ports import Picture
from statuspage.services.publications import note_everything_changed
from statuspage.store.pages import Image


def set_logo(ctx: Context, picture: Picture) -> None:
    """Show the picture on every page in place of the name."""
    ctx.actor.require(SiteRole.ADMIN)
    image = _kept(ctx, picture)
    if ctx.page.logo is image:
        return
    old = ctx.page.logo
    ctx.page.logo = image
    _forget(ctx, old)
    note_everything_changed(ctx, "change_page")
    audit(ctx, "set_logo", ctx.page.public_id, changes={"logo": [_words(old), _words(image)]})


def remove_logo(ctx: Context) -> None:
    """Show the page's name again; without a logo nothing happens."""
    ctx.actor.require(SiteRole.ADMIN)
    old = ctx.page.logo
    if old is None:
        return
    ctx.page.logo = None
    _forget(ctx, old)
    note_everything_changed(ctx, "change_page")
    audit(ctx, "remove_logo", ctx.page.public_id, changes={"logo": [_words(old), None]})


def _kept(ctx: Context, picture: Picture) -> Image:
    digest = hashlib.sha256(picture.content).hexdigest()
    image = ctx.session.scalar(select(Image).where(Image.digest == digest))
    if image is None:
        image = Image(
            digest=digest,
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            ground=picture.ground,
            content=picture.content,
            created_at=ctx.now,
        )
        ctx.session.add(image)
    return image


def _forget(ctx: Context, image: Image | None) -> None:
    if image is not None:
        ctx.session.flush()  # the page must have let go of it first
        ctx.session.delete(image)


def _words(image: Image | None) -> str | None:
    return None if image is None else f"{image.digest[:12]}, {image.width} × {image.height}"
