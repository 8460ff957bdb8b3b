"""Serving the published site: encodings, HEAD and 304."""

import gzip

import brotli
import pytest
from site_helpers import body_of, client_of, publish
from werkzeug.test import Client

from statuspage.site import page as pages
from statuspage.site.build import Site
from statuspage.site.negotiation import accepted_encodings

URLS = ["/", "/history.atom", "/incidents/abc123def456"]


@pytest.fixture
def client(folder) -> Client:
    publish(folder, 1)
    return client_of(folder)


@pytest.mark.parametrize(
    ("header", "encodings"),
    [
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("GZip", ("gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("br", ("br", "identity")),
        ("gzip, deflate, br, zstd", ("br", "gzip", "identity")),
        ("gzip;q=1.0, br;q=0.5", ("gzip", "br", "identity")),
        ("gzip ; q=0.2 , br ; Q=0.3", ("br", "gzip", "identity")),
        ("gzip;q=0", ("identity",)),
        ("gzip;q=0.000, br", ("br", "identity")),
        ("*", ("br", "gzip", "identity")),
        ("*;q=0.5, gzip", ("gzip", "br", "identity")),
        ("*, br;q=0", ("gzip", "identity")),
        ("identity", ("identity",)),
        ("identity, gzip;q=0.5", ("identity", "gzip")),
        ("identity;q=0.5, gzip;q=1", ("gzip", "identity")),
        ("identity;q=0", ("identity",)),
        ("gzip;q=nonsense, br", ("br", "identity")),
        ("gzip;q=2", ("identity",)),
        (",,;q=1,", ("identity",)),
        ("gzipped, brotli", ("identity",)),
    ],
)
def test_accept_encoding_is_read_with_its_qualities(header, encodings):
    assert accepted_encodings(header) == encodings


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize(
    ("accept", "encoding"), [("gzip", "gzip"), ("gzip, br", "br"), ("", None), ("zstd", None)]
)
def test_a_page_comes_in_the_encoding_that_the_reader_likes(client, url, accept, encoding):
    response = client.get(url, headers={"Accept-Encoding": accept})

    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert body_of(response) == client.get(url).data


def test_a_picture_has_one_encoding_and_does_not_vary(folder):
    with Site(folder).lock() as build:
        build.swap(1, {"static/logo.png": b"png"})

    response = client_of(folder).get("/static/logo.png", headers={"Accept-Encoding": "gzip"})

    assert "Vary" not in response.headers
    assert "Content-Encoding" not in response.headers


def test_each_encoding_has_a_strong_tag_of_its_own(client):
    tags = {client.get("/", headers={"Accept-Encoding": each}).headers["ETag"] for each in ("br", "gzip", "")}

    assert len(tags) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("accept", ["br", "gzip", ""])
def test_a_reader_that_has_the_page_gets_304(client, url, accept):
    first = client.get(url, headers={"Accept-Encoding": accept})
    tag = first.headers["ETag"]

    for asked in (tag, f"W/{tag}", f'"other", {tag}', f'W/"x" , W/{tag}', "*"):
        again = client.get(url, headers={"Accept-Encoding": accept, "If-None-Match": asked})

        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
            assert again.headers[name] == first.headers[name]
        assert "Content-Encoding" not in again.headers
        assert "Content-Type" not in again.headers


@pytest.mark.parametrize("asked", ['"other"', "", 'W/"other", "more"', "nonsense", '"un', "**"])
def test_a_reader_that_has_another_page_gets_the_whole(client, asked):
    assert client.get("/", headers={"If-None-Match": asked}).status_code == 200


def test_the_tag_of_one_encoding_is_no_tag_of_another(client):
    tag = client.get("/", headers={"Accept-Encoding": "gzip"}).headers["ETag"]

    assert client.get("/", headers={"Accept-Encoding": "br", "If-None-Match": tag}).status_code == 200


def test_a_reader_that_asks_by_date_gets_304_until_the_page_changes(folder, client):
    date = client.get("/").headers["Last-Modified"]

    assert client.get("/", headers={"If-Modified-Since": date}).status_code == 304
    assert client.get("/", headers={"If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}).status_code == 304
    assert client.get("/", headers={"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status_code == 200
    publish(folder, 2)
    assert client.get("/", headers={"If-Modified-Since": date}).status_code == 200


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Thu, 99 Jan 2015 00:00:00 GMT", "0", "Thu, 01 Jan 99999 00:00:00 GMT"]
)
def test_a_date_that_is_none_is_ignored(client, date):
    assert client.get("/", headers={"If-Modified-Since": date}).status_code == 200


def test_the_tag_decides_over_the_date(client):
    date = client.get("/").headers["Last-Modified"]

    response = client.get("/", headers={"If-Modified-Since": date, "If-None-Match": '"other"'})

    assert response.status_code == 200


@pytest.mark.parametrize("url", [*URLS, "/nope", "/index.html"])
@pytest.mark.parametrize("accept", ["br", "gzip", ""])
def test_head_answers_like_get_without_the_body(client, url, accept):
    whole = client.get(url, headers={"Accept-Encoding": accept})
    head = client.head(url, headers={"Accept-Encoding": accept})

    assert head.data == b""
    assert head.status == whole.status
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert dict(head.headers) == {**dict(whole.headers), "Content-Length": str(len(whole.data))}


def test_head_can_be_304_too(client):
    tag = client.head("/").headers["ETag"]

    assert client.head("/", headers={"If-None-Match": tag}).status_code == 304


def test_a_missing_page_is_404_whatever_the_reader_has(folder):
    with Site(folder).lock() as build:
        build.swap(1, {"404.html": b"none"})

    response = client_of(folder).get("/nope", headers={"If-None-Match": "*", "If-Modified-Since": "x"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "url_and_path", [("/", "index.html"), ("/incidents/abc123def456", "incidents/abc123def456.html")]
)
@pytest.mark.parametrize(
    ("suffix", "spoilt"),
    [
        (".gz", gzip.compress(b"of another build", mtime=0)),
        (".gz", b""),
        (".gz", b"no gzip"),
        (".br", brotli.compress(b"of another build")),
        (".br", b""),
        (".br", b"no brotli"),
    ],
)
def test_a_copy_that_does_not_belong_to_its_page_is_never_served(folder, url_and_path, suffix, spoilt):
    url, path = url_and_path
    publish(folder, 1)
    (folder / f"{path}{suffix}").write_bytes(spoilt)
    client = client_of(folder)

    for accept in ("gzip", "br", "gzip, br"):
        response = client.get(url, headers={"Accept-Encoding": accept})
        assert body_of(response) == (folder / path).read_bytes()


def test_a_flood_of_strange_headers_does_not_fill_the_memory(folder):
    publish(folder, 1)
    page = pages.load_page(folder, "index.html")
    assert page is not None

    for number in range(1000):
        page.answer(f"gzip, strange-{number}")

    assert len(page.by_header) <= pages.MAX_REMEMBERED_HEADERS
    assert dict(page.answer("gzip, strange-999").headers)["Content-Encoding"] == "gzip"
