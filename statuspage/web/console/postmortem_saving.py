"""One save from the editor: the act that goes with it, what could be kept, and how the form stands then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from statuspage.domain.errors import DomainError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Section
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.render.zone import Zone
from statuspage.services.blame_check import PlacedFinding, check_blame
from statuspage.services.context import Context
from statuspage.services.postmortem_parts import save_parts
from statuspage.services.postmortems import complete_draft
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_revision, head_of
from statuspage.web.console.postmortem_findings import name_of, wording_of
from statuspage.web.console.postmortem_form import (
    PostmortemForm,
    items_of,
    lines_of,
    moved,
    new_item,
    new_line,
)
from statuspage.web.console.postmortem_reading import Reader, Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the editor stands after a save. `changed` are the parts that read differently from what was sent,
    `content` is what stands in the form, saved or not; `focus` is where its author goes on."""

    form: PostmortemForm
    revision: PostmortemRevision
    content: Content
    errors: Mapping[str, DomainError] = field(default_factory=dict)
    conflicts: Mapping[str, EditConflictError] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    focus: str = ""

    @property
    def is_whole(self) -> bool:
        """Return whether everything was saved."""
        return not self.errors and not self.conflicts


@dataclass(frozen=True, slots=True)
class Acted:
    """The form after a button was pressed in it, with the parts that this touched."""

    form: PostmortemForm
    touched: frozenset[str] = frozenset()
    focus: str = ""


def save_form(ctx: Context, postmortem: Postmortem, form: PostmortemForm, act: str = "") -> Outcome:
    """Do what the button asks, save every part that can be saved, and return how the form stands."""
    acted = _acted(ctx, postmortem, form, act)
    reading = Reader(ctx, postmortem, acted.form).read()
    saved = save_parts(ctx, postmortem, reading.typed)
    content, after, changed = saved.revision.value, acted.form, set(acted.touched)
    for part, typed in reading.typed.items():
        if part in saved.refused:
            content = typed.change(content)
            continue
        adopted = _adopted(ctx, after, part, saved.revision)
        if adopted is not None:
            changed.add(part)
        after = (adopted or after).with_base(part, saved.revision.number)
    refused = {**reading.errors, **saved.refused}
    conflicts = {name: one for name, one in refused.items() if isinstance(one, EditConflictError)}
    errors = {name: one for name, one in refused.items() if name not in conflicts}
    return Outcome(after, saved.revision, content, errors, conflicts, frozenset(changed), acted.focus)


def _adopted(
    ctx: Context, form: PostmortemForm, part: str, head: PostmortemRevision
) -> PostmortemForm | None:
    """Return the form with the part as it was saved, None where it stands there already."""
    content, zone = head.value, Zone(ctx.page.time_zone)
    if part in set(Section):
        section = Section(part)
        text = content.text_of(section)
        form_text = form.texts[section].strip()
        known = {key: value for key, value in form.ancestors.items() if key != section}
        is_same = form_text == text and section not in form.ancestors
        return None if is_same else replace(form.with_text(section, text), ancestors=known)
    if part == TIMELINE:
        rows = lines_of(content, zone)
        kept = [line for line in form.lines if not line.is_blank]
        is_same = {_plain(line) for line in rows} == {_plain(line) for line in kept}
        blank = tuple(line for line in form.lines if line.is_blank)
        return None if is_same else replace(form, lines=(*rows, *blank))
    if part == ACTION_ITEMS:
        items = items_of(content)
        is_same = items == tuple(item for item in form.items if not item.is_blank)
        blank_items = tuple(item for item in form.items if item.is_blank)
        return None if is_same else replace(form, items=(*items, *blank_items))
    final_by = zone.typed(content.final_by) if content.final_by else ""
    is_same = (form.final_by if form.is_preliminary else "") == final_by
    return None if is_same else replace(form, is_preliminary=bool(final_by), final_by=final_by)


def _plain(line: object) -> object:
    return replace(line, fold="")  # type: ignore[type-var]


def _acted(ctx: Context, postmortem: Postmortem, form: PostmortemForm, act: str) -> Acted:
    name, _, argument = act.partition(":")
    known: dict[str, Callable[[], Acted]] = {
        "add_line": lambda: _with_line(form),
        "remove_line": lambda: Acted(
            replace(form, lines=tuple(line for line in form.lines if line.id != argument)),
            frozenset({TIMELINE}),
            "add-line",
        ),
        "add_item": lambda: _with_item(form),
        "remove_item": lambda: Acted(
            replace(form, items=tuple(item for item in form.items if item.id != argument)),
            frozenset({ACTION_ITEMS}),
            "add-item",
        ),
        "up": lambda: _with_moved(form, argument, -1),
        "down": lambda: _with_moved(form, argument, 1),
        "catch_up": lambda: _caught_up(ctx, postmortem, form),
        "settle": lambda: _settled(ctx, postmortem, form, argument),
        "reword": lambda: _reworded(ctx, postmortem, form, argument),
    }
    return known[name]() if name in known else Acted(form)


def _with_line(form: PostmortemForm) -> Acted:
    line = new_line()
    return Acted(replace(form, lines=(*form.lines, line)), frozenset({TIMELINE}), f"line-{line.id}-at")


def _with_item(form: PostmortemForm) -> Acted:
    item = new_item()
    return Acted(replace(form, items=(*form.items, item)), frozenset({ACTION_ITEMS}), f"item-{item.id}-title")


def _with_moved(form: PostmortemForm, key: str, by: int) -> Acted:
    way = "up" if by < 0 else "down"
    return Acted(
        replace(form, items=moved(form.items, key, by)), frozenset({ACTION_ITEMS}), f"item-{key}-{way}"
    )


def _caught_up(ctx: Context, postmortem: Postmortem, form: PostmortemForm) -> Acted:
    complete_draft(ctx, postmortem)
    return Acted(form, frozenset({TIMELINE}), "catch-up")


def _settled(ctx: Context, postmortem: Postmortem, form: PostmortemForm, argument: str) -> Acted:
    """End a conflict: with the own text, the other one, or both below each other. Whoever decides has read
    both, as of the revision that the button names."""
    part, _, rest = argument.partition(":")
    number, _, way = rest.partition(":")
    head = head_of(ctx.session, postmortem)
    if part not in form.bases or not number.isdecimal() or not 1 <= int(number[:9]) <= head.number:
        return Acted(form)
    theirs = get_revision(ctx.session, postmortem, int(number)).value
    form = form.with_base(part, int(number))
    zone = Zone(ctx.page.time_zone)
    if part in set(Section):
        section = Section(part)
        other, own = theirs.text_of(section), form.texts[section].strip()
        text = {"theirs": other, "both": f"{other}\n\n{own}".strip()}.get(way, own)
        known = {key: value for key, value in form.ancestors.items() if key != section}
        form = replace(form.with_text(section, text), ancestors=known)
    elif way == "theirs" and part == TIMELINE:
        form = replace(form, lines=lines_of(theirs, zone))
    elif way == "theirs" and part == ACTION_ITEMS:
        form = replace(form, items=items_of(theirs))
    return Acted(form, frozenset({part}), f"text-{part}" if part in set(Section) else "")


def _reworded(ctx: Context, postmortem: Postmortem, form: PostmortemForm, argument: str) -> Acted:
    """Put the suggestion of one finding into the text, where that finding is still there."""
    reading = Reader(ctx, postmortem, form).read()
    content = typed_content(head_of(ctx.session, postmortem).value, reading)
    for found in check_blame(ctx, postmortem, content):
        if name_of(found) == argument:
            return _with_suggestion(form, found)
    return Acted(form)


def typed_content(base: Content, reading: Reading) -> Content:
    """Return `base` with every part that could be read."""
    for part in reading.typed.values():
        base = part.change(base)
    return base


def _with_suggestion(form: PostmortemForm, found: PlacedFinding) -> Acted:
    finding, wording = found.finding, wording_of(found.finding)

    def mended(text: str) -> str:
        shift = len(text) - len(text.lstrip())
        start, end = finding.start + shift, finding.end + shift
        if text[start:end] != finding.matched or not wording:
            return text
        return text[:start] + wording + text[end:]

    if found.part in set(Section):
        section = Section(found.part)
        form = form.with_text(section, mended(form.texts[section]))
        return Acted(form, frozenset({found.part}), f"text-{section}")
    if found.part == TIMELINE:
        lines = tuple(
            replace(line, text=mended(line.text)) if line.id == found.key else line for line in form.lines
        )
        return Acted(replace(form, lines=lines), frozenset({TIMELINE}), f"line-{found.key}-text")
    items = tuple(
        replace(item, title=mended(item.title)) if item.id == found.key else item for item in form.items
    )
    return Acted(replace(form, items=items), frozenset({ACTION_ITEMS}), f"item-{found.key}-title")
