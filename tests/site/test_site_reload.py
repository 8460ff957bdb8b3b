"""Serving the published site: how a new build reaches the readers, whatever the clock does."""

import shutil
import threading

import pytest
from site_helpers import Clock, client_of, fallback, publish, served_versions, site_of, version_of
from werkzeug.test import Client

from statuspage.site import page as pages
from statuspage.site import serve, snapshot
from statuspage.site.build import Site
from statuspage.site.page import load_page
from statuspage.site.serve import SiteServer
from statuspage.site.snapshot import PageCache


def ticking(folder) -> tuple[Client, Clock]:
    """A client of a server whose clock stands at 0.1 s after its last look."""
    clock = Clock()
    client = client_of(folder, clock)
    clock.now += 0.1
    return client, clock


def test_a_new_build_is_seen_after_a_quarter_of_a_second(folder):
    publish(folder, 1)
    client, clock = ticking(folder)
    publish(folder, 2)

    assert served_versions(client) == {1} | {2}  # pages that were never asked for come from the folder
    assert version_of("index.html", client.get("/").data) == 1
    clock.now += 0.16
    assert served_versions(client) == {2}


@pytest.mark.parametrize("jump", [-86_400.0, -0.2, 86_400.0, 0.3])
def test_a_clock_that_jumps_does_not_hide_a_new_build(folder, jump):
    publish(folder, 1)
    client, clock = ticking(folder)
    publish(folder, 2)

    clock.now += jump

    assert version_of("index.html", client.get("/").data) == 2


def test_a_clock_that_stands_still_does_not_hide_a_new_build(folder):
    publish(folder, 1)
    client = client_of(folder, lambda: 5.0)
    publish(folder, 2)

    assert version_of("index.html", client.get("/").data) == 2


def test_the_folder_is_looked_at_once_in_a_quarter_of_a_second(folder, monkeypatch):
    publish(folder, 1)
    client, clock = ticking(folder)
    looks = []
    monkeypatch.setattr(serve, "read_stamp", lambda place: looks.append(place) or b"")

    for _ in range(20):
        clock.now += 0.05
        client.get("/")

    assert 3 <= len(looks) <= 4


def test_only_the_changed_pages_are_loaded_again(folder, monkeypatch):
    publish(folder, 1)
    client = client_of(folder)
    loaded = []
    monkeypatch.setattr(snapshot, "load_page", lambda *args: loaded.append(args[1]) or load_page(*args))

    with Site(folder).lock() as build:
        build.swap(2, {**site_of(1), "index.html": site_of(2)["index.html"]})
    client.get("/")

    assert loaded == ["index.html"]


def test_a_server_that_missed_a_build_loads_everything_again(folder):
    publish(folder, 1)
    client, clock = ticking(folder)
    served_versions(client)
    publish(folder, 2)
    with Site(folder).lock() as build:
        build.swap(3, {"robots.txt": b"User-agent: *"})

    clock.now += 1

    assert served_versions(client) == {2}


def test_a_page_from_disk_is_read_once_until_it_changes(folder, monkeypatch):
    publish(folder, 1)
    client = client_of(folder)
    loaded = []
    monkeypatch.setattr(serve, "load_page", lambda *args: loaded.append(args[1]) or load_page(*args))

    for _ in range(3):
        client.get("/history/2026-11")
    assert loaded.count("history/2026-11.html") == 1
    publish(folder, 2)

    assert version_of("history/2026-11.html", client.get("/history/2026-11").data) == 2


@pytest.mark.parametrize("path", ["index.html", "history/2026-11.html"])
def test_a_removed_page_is_gone(folder, path):
    publish(folder, 1)
    client = client_of(folder)
    served_versions(client)

    with Site(folder).lock() as build:
        build.swap(2, {}, removed=[path])

    url = {"index.html": "/", "history/2026-11.html": "/history/2026-11"}[path]
    assert client.get(url).status_code == 404


def test_a_new_404_page_is_taken_up(folder):
    publish(folder, 1)
    client = client_of(folder)
    for number in (2, 3):
        with Site(folder).lock() as build:
            build.swap(number, {"404.html": b"nothing here %d" % number})

        assert client.get("/nope").data == b"nothing here %d" % number


def test_the_folder_may_vanish_and_the_hot_pages_stay(folder):
    publish(folder, 1)
    client = client_of(folder)

    shutil.rmtree(folder)

    for _ in range(3):
        assert version_of("index.html", client.get("/").data) == 1
        assert version_of("history.atom", client.get("/history.atom").data) == 1


def test_a_disk_that_fails_takes_no_page_out_of_memory(folder, monkeypatch):
    publish(folder, 1)
    client = client_of(folder)
    publish(folder, 2)

    def fail(*_: object) -> None:
        raise OSError("input/output error")

    monkeypatch.setattr(snapshot, "load_page", fail)
    assert version_of("index.html", client.get("/").data) == 1
    monkeypatch.undo()

    assert version_of("index.html", client.get("/").data) == 2


def test_while_one_thread_loads_the_others_go_on(folder, monkeypatch):
    publish(folder, 1)
    server = SiteServer(folder, fallback, lambda: 5.0)
    publish(folder, 2)
    is_loading, may_go_on = threading.Event(), threading.Event()

    def slowly(*args):
        is_loading.set()
        assert may_go_on.wait(5)
        return snapshot.load_snapshot(*args)

    monkeypatch.setattr(serve, "load_snapshot", slowly)
    loader = threading.Thread(target=lambda: Client(server).get("/"))
    loader.start()
    assert is_loading.wait(5)

    assert version_of("index.html", Client(server).get("/").data) == 1
    may_go_on.set()
    loader.join()
    assert version_of("index.html", Client(server).get("/").data) == 2


def test_a_build_that_is_under_way_is_not_loaded_half(folder, monkeypatch):
    publish(folder, 1)
    client = client_of(folder)
    publish(folder, 2)
    with Site(folder).lock():
        (folder / ".journal").write_text("{}")

        assert version_of("index.html", client.get("/").data) == 1
        (folder / ".journal").unlink()

    assert version_of("index.html", client.get("/").data) == 2


def test_a_build_that_is_decided_while_another_is_loaded_is_waited_for(folder, monkeypatch):
    publish(folder, 1)
    client = client_of(folder)
    publish(folder, 2)

    def load_late(*args):
        (folder / ".journal").write_text("{}")
        return load_page(*args)

    with Site(folder).lock():
        monkeypatch.setattr(snapshot, "load_page", load_late)
        assert version_of("index.html", client.get("/").data) == 1
        monkeypatch.undo()
        (folder / ".journal").unlink()

    assert version_of("index.html", client.get("/").data) == 2


def test_the_cache_of_pages_stays_within_its_limit_and_keeps_what_is_asked_for(folder):
    with Site(folder).lock() as build:
        build.swap(1, {f"incidents/{number}.html": b"x" * 1000 for number in range(40)})
    found = {number: load_page(folder, f"incidents/{number}.html") for number in range(40)}
    size = found[0].size
    cache = PageCache(limit=size * 10)

    for number, page in found.items():
        cache.put(str(number), page)
        assert cache.get("0") is not None

    assert cache.size <= size * 10
    assert [number for number in range(40) if cache.get(str(number))] == [0, *range(31, 40)]


def test_a_page_that_would_empty_the_cache_is_not_kept(folder):
    with Site(folder).lock() as build:
        build.swap(1, {"incidents/big.html": b"x" * 50_000})
    page = pages.load_page(folder, "incidents/big.html")
    cache = PageCache(limit=100_000)

    cache.put("big", page)

    assert cache.get("big") is None
    assert cache.size == 0


def test_a_cache_can_be_copied_without_some_pages(folder):
    publish(folder, 1)
    page = load_page(folder, "index.html")
    cache = PageCache()
    cache.put("a", page)
    cache.put("b", page)

    copy = cache.without(["a", "never"])

    assert (copy.get("a"), copy.get("b")) == (None, page)
    assert cache.get("a") is page
    assert copy.size == cache.size // 2
