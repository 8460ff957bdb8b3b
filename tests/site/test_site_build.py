"""Building the published site: what a swap writes, keeps, removes and refuses."""

import errno
import gzip
import os
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from site_helpers import check_whole, page, publish, site_of

from statuspage.site import build, staging
from statuspage.site.build import Site
from statuspage.site.encodings import BEST_BROTLI
from statuspage.site.record import read_record


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def swap(folder: Path, number: int, files: dict[str, bytes], **more: object) -> bool:
    with Site(folder).lock() as build:
        return build.swap(number, files, **more)


def test_a_site_that_was_never_built_has_no_number(folder):
    assert Site(folder).number is None
    with Site(folder).lock() as build:
        assert build.number is None


def test_a_swap_leaves_each_file_with_its_compressed_copies_and_nothing_else(folder):
    assert swap(folder, 7, {"index.html": b"front " * 50, "static/logo.png": b"png"})

    assert Site(folder).number == 7
    assert names(folder) == {
        "index.html",
        "index.html.gz",
        "index.html.br",
        "static/logo.png",
        ".build",
        ".lock",
    }
    assert (folder / "index.html").read_bytes() == b"front " * 50
    assert gzip.decompress((folder / "index.html.gz").read_bytes()) == b"front " * 50
    assert brotli.decompress((folder / "index.html.br").read_bytes()) == b"front " * 50


def test_an_older_build_never_wins_over_a_newer_one(folder):
    publish(folder, 5)

    assert swap(folder, 4, site_of(4)) is False
    assert check_whole(folder) == 5
    assert Site(folder).number == 5


def test_a_build_of_the_same_number_may_render_again(folder):
    publish(folder, 5)

    assert swap(folder, 5, {"index.html": b"after an upgrade"}) is True
    assert (folder / "index.html").read_bytes() == b"after an upgrade"


def test_unchanged_files_keep_bytes_inode_and_date_and_are_not_listed_as_changed(folder):
    publish(folder, 1)
    watched = [folder / f"history.atom{suffix}" for suffix in ("", ".gz", ".br")]
    before = [(each.stat().st_ino, each.stat().st_mtime_ns, each.read_bytes()) for each in watched]

    swap(folder, 2, {**site_of(1), "index.html": b"new"})

    assert [(each.stat().st_ino, each.stat().st_mtime_ns, each.read_bytes()) for each in watched] == before
    record = read_record(folder)
    assert record is not None
    assert record.changed == ("index.html",)


def test_a_build_that_changes_nothing_under_the_same_number_writes_nothing(folder):
    publish(folder, 1)
    before = (folder / ".build").read_bytes()

    publish(folder, 1)

    assert (folder / ".build").read_bytes() == before


def test_a_build_that_changes_nothing_under_a_new_number_still_counts(folder):
    publish(folder, 1)

    swap(folder, 2, site_of(1))

    record = read_record(folder)
    assert record is not None
    assert (record.number, record.changed) == (2, ())


def test_each_record_names_the_build_before_it(folder):
    publish(folder, 1)
    first = read_record(folder)
    publish(folder, 2)
    second = read_record(folder)

    assert first is not None
    assert second is not None
    assert first.previous is None
    assert second.previous == first.id


def test_a_missing_compressed_copy_is_written_again(folder):
    publish(folder, 1)
    (folder / "index.html.br").unlink()

    publish(folder, 1)

    assert check_whole(folder) == 1


def test_removed_files_go_with_their_copies_in_the_same_build(folder):
    publish(folder, 1)

    swap(folder, 2, {"index.html": b"new"}, removed=["history.atom", "never-was.html"])

    assert not {name for name in names(folder) if name.startswith("history.atom")}
    record = read_record(folder)
    assert record is not None
    assert record.changed == ("index.html", "history.atom")


def test_a_file_that_is_both_written_and_removed_stays(folder):
    swap(folder, 1, {"index.html": b"here"}, removed=["index.html"])

    assert (folder / "index.html").read_bytes() == b"here"


def test_a_rebuild_removes_what_no_longer_belongs_but_keeps_old_static_files(folder):
    swap(folder, 1, {**site_of(1), "static/app.1.css": b"old"})

    with Site(folder).lock() as build:
        build.rebuild(1, ((path, content) for path, content in {"index.html": b"all"}.items()))

    assert {name for name in names(folder) if not name.startswith(".") and name.count(".") == 1} == {
        "index.html"
    }
    assert (folder / "static/app.1.css").exists()


def test_pruning_removes_what_is_not_kept_and_no_static_file(folder):
    swap(folder, 3, {**site_of(3), "static/app.1.css": b"old"})

    with Site(folder).lock() as build:
        build.prune(lambda path: path != "history.atom")
        assert "history.atom" not in build.pages()
        assert build.number == 3

    assert {"index.html", "static/app.1.css"} <= names(folder)


@pytest.mark.parametrize(("count", "is_listed"), [(20, True), (21, False)])
def test_a_build_that_changes_very_much_lists_no_changes(folder, monkeypatch, count, is_listed):
    monkeypatch.setattr(build, "MAX_LISTED_CHANGES", 20)

    swap(folder, 1, {f"incidents/{number}.html": b"x" for number in range(count)})

    record = read_record(folder)
    assert record is not None
    assert (record.changed is not None) is is_listed


@pytest.mark.parametrize(
    "path",
    [
        *("../x.html", "/etc/x.html", "incidents/../x.html", "a//b.html", ""),
        *(".hidden.html", "a/.b/c.html", ".well-known", ".build"),
        *("x", "x.exe", "x.html.gz", "a\0.html", "é.html", "a b.html", "a" * 200 + ".html"),
    ],
)
def test_a_path_that_must_not_be_public_is_refused_with_the_old_site_whole(folder, path):
    publish(folder, 1)
    before = names(folder)

    with pytest.raises(ValueError, match="no path of the published site"):
        swap(folder, 2, {"index.html": b"new", path: b"bad"})

    assert check_whole(folder) == 1
    assert names(folder) == before


def test_the_security_contact_may_be_published_under_well_known(folder):
    swap(folder, 1, {".well-known/security.txt": b"Contact: mailto:security@example.org"})

    assert (folder / ".well-known/security.txt").exists()


def test_a_full_disk_leaves_the_old_site_whole_and_no_litter(folder, monkeypatch):
    publish(folder, 1)
    before = names(folder)
    written = []

    def refuse_the_ninth(target: Path, content: bytes) -> None:
        written.append(target)
        if len(written) == 9:
            target.write_bytes(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        target.write_bytes(content)

    monkeypatch.setattr(staging, "write_new", refuse_the_ninth)
    with pytest.raises(OSError, match="No space left"):
        publish(folder, 2)

    assert check_whole(folder) == 1
    assert names(folder) == before
    monkeypatch.undo()
    publish(folder, 3)
    assert check_whole(folder) == 3


def test_a_real_limit_on_file_size_leaves_the_old_site_whole(folder):
    publish(folder, 1)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
            swap(folder, 2, {**site_of(2), "incidents/big.html": os.urandom(6000)})
        except OSError:
            status = 7
        finally:
            os._exit(status)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert check_whole(folder) == 1
    assert not (folder / ".incoming").exists()


def test_a_rendering_that_fails_halfway_leaves_the_old_site_whole(folder):
    publish(folder, 1)

    def files() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new"
        raise RuntimeError("a template broke")

    with pytest.raises(RuntimeError), Site(folder).lock() as build:
        build.swap(2, files())

    assert check_whole(folder) == 1
    assert not (folder / ".incoming").exists()


def test_the_date_of_a_page_moves_by_a_whole_second_with_each_change(folder):
    dates = []
    for version in range(3):
        publish(folder, version)
        dates.append(int((folder / "index.html").stat().st_mtime))

    assert dates[0] < dates[1] < dates[2]


def test_the_date_of_a_page_never_moves_back_when_the_clock_does(folder):
    publish(folder, 1)
    ahead = time.time_ns() + 3_600_000_000_000
    os.utime(folder / "index.html", ns=(ahead, ahead))

    publish(folder, 2)

    assert int((folder / "index.html").stat().st_mtime) == ahead // 1_000_000_000 + 1


def test_compressed_copies_are_the_same_bytes_for_the_same_content(folder, tmp_path):
    publish(folder, 1)
    publish(tmp_path / "other", 1)

    for name in ("index.html.gz", "index.html.br", "history.atom.gz", "history.atom.br"):
        assert (folder / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_what_everyone_reads_is_compressed_best(folder, monkeypatch):
    monkeypatch.setattr(staging, "BEST_BROTLI", BEST_BROTLI)  # the other tests compress quickly
    text = os.urandom(3000).hex().encode()

    swap(
        folder, 1, {"index.html": text, "history.html": text, "uptime.html": text}, everyone=["history.html"]
    )

    sizes = {name: (folder / f"{name}.html.br").stat().st_size for name in ("index", "history", "uptime")}
    assert sizes["history"] < sizes["index"] == sizes["uptime"]


def test_everything_is_on_the_disk_before_the_build_is_decided_and_before_it_is_forgotten(
    folder, monkeypatch
):
    publish(folder, 1)
    calls: list[tuple[str, str]] = []
    rename, unlink = os.rename, Path.unlink

    def note_sync(descriptor: int) -> None:
        calls.append(
            ("sync", Path(os.readlink(f"/proc/self/fd/{descriptor}")).relative_to(folder).as_posix())
        )

    def note_rename(source: Path, target: Path) -> None:
        calls.append(("rename", Path(target).relative_to(folder).as_posix()))
        rename(source, target)

    def note_unlink(path: Path, missing_ok: bool = False) -> None:
        calls.append(("unlink", path.name))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "rename", note_rename)
    monkeypatch.setattr(Path, "unlink", note_unlink)
    swap(folder, 2, {"index.html": b"new", "incidents/a.html": b"new"})

    decided = calls.index(("rename", ".journal"))
    assert [what for what, _ in calls[:decided]] == [
        "sync"
    ] * 9  # six files, the record, the journal, their folder
    assert calls[decided - 1 : decided + 2] == [("sync", ".incoming"), ("rename", ".journal"), ("sync", ".")]
    last = calls.index(("rename", ".build"))
    assert set(calls[last - 2 : last]) == {("sync", "."), ("sync", "incidents")}
    assert calls[last:] == [("rename", ".build"), ("sync", "."), ("unlink", ".journal")]


def test_builders_exclude_each_other(folder):
    inside = []

    def build(version: int) -> None:
        with Site(folder).lock() as build:
            inside.append(version)
            assert len(inside) == 1
            build.swap(max(version, build.number or 0), site_of(version))
            inside.remove(version)

    threads = [threading.Thread(target=build, args=(version,)) for version in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    check_whole(folder)


def test_a_swap_looks_at_the_changed_files_alone(folder, monkeypatch):
    swap(folder, 1, {f"incidents/{number}.html": b"x" for number in range(30)})
    calls = []
    monkeypatch.setattr(os, "walk", lambda *place: calls.append(place))
    monkeypatch.setattr(Path, "iterdir", lambda place: calls.append(place))
    monkeypatch.setattr(os, "listdir", lambda place: calls.append(place))

    swap(folder, 2, {"index.html": page("index.html", 2)})

    assert calls == []
