"""Notices are written in Markdown; what comes out is safe, whatever went in."""

import io
import signal
import subprocess
import sys
import time

import pytest

from statuspage.adapters.markdown import MarkdownChild
from statuspage.domain.errors import RuleError
from statuspage.render import markdown_child
from statuspage.render.errors import TooComplex
from statuspage.render.markdown import to_html

BRACKETS = "[" * 10_000
SECTIONS = "<![CDATA[" * 2_000


@pytest.fixture
def child():
    child = MarkdownChild()
    yield child
    child.close()


def test_single_line_breaks_are_kept():
    assert to_html("First line\nsecond line") == "<p>First line<br>\nsecond line</p>"


def test_raw_html_is_shown_as_it_was_typed():
    html = to_html("latency < 200 ms\n\n<script>alert(1)</script>\n\n<div onclick='x'>box</div> `<b>`")

    assert "<script" not in html
    assert "<div" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "latency &lt; 200 ms" in html
    assert "<code>&lt;b&gt;</code>" in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_links_to_anything_but_web_mail_and_phone_lose_their_address(address):
    html = to_html(f"[click]({address}) <{address}>")

    assert "href" not in html


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[click](javascript:alert(1))", "<a>click</a>"),
        ('[click](javascript:x "why")', '<a title="why">click</a>'),
    ],
)
def test_a_link_that_lost_its_address_is_still_valid_html(text: str, link: str):
    assert to_html(text) == f"<p>{link}</p>"


def test_links_carry_no_recommendation():
    assert to_html("[docs](https://acme.example/docs)") == (
        '<p><a href="https://acme.example/docs" rel="nofollow noopener">docs</a></p>'
    )


def test_bare_addresses_become_links_without_the_full_stop():
    html = to_html("See https://acme.example/a_b_c?x=1&y=2. Then [https://a.example](https://b.example)")

    assert '<a href="https://acme.example/a_b_c?x=1&amp;y=2" rel="nofollow noopener">' in html
    assert html.count("<a ") == 2
    assert "</a>. Then" in html


def test_images_become_links_so_that_no_reader_loads_anything():
    html = to_html("![graph](https://elsewhere.example/pixel.png)")

    assert "<img" not in html
    assert '<a href="https://elsewhere.example/pixel.png"' in html


def test_headings_stay_out_of_the_outline_and_numbers_stay_numbers():
    assert to_html("# What happened *today*") == "<p><strong>What happened <em>today</em></strong></p>"
    assert to_html("#4711 is fixed") == "<p>#4711 is fixed</p>"


def test_tables_lists_and_code_come_through():
    html = to_html("| a | b |\n|---|--:|\n| 1 | 2 |\n\n3. three\n4. four\n\n```\nx < 1\n```")

    assert "<td>1</td>" in html
    assert '<ol start="3">' in html
    assert "<pre><code>x &lt; 1\n</code></pre>" in html
    assert "style=" not in html


def test_characters_that_xml_forbids_are_left_out():
    assert to_html("a\x00b\x08c\ufffed\ud800e") == "<p>abcde</p>"


def test_the_child_renders_emoji_and_right_to_left_text(child):
    assert child.render("تعطل 🔥 **شديد**") == "<p>تعطل 🔥 <strong>شديد</strong></p>"


def test_a_text_that_takes_too_long_is_refused_and_the_next_is_rendered(child):
    with pytest.raises(RuleError) as refusal:
        child.render(BRACKETS)

    assert (refusal.value.code, refusal.value.field) == ("too_complex", "body")
    assert child.render("ordinary") == "<p>ordinary</p>"


def test_the_child_is_killed_by_its_own_limit_of_computing_time():
    request = io.BytesIO()
    markdown_child.write_frame(request, [BRACKETS])

    process = subprocess.run(
        [sys.executable, "-m", markdown_child.__name__],
        input=request.getvalue(),
        capture_output=True,
        timeout=30,
    )

    assert process.stdout == b""
    assert process.returncode == -signal.SIGPROF


def test_in_a_batch_a_killed_child_costs_only_the_guilty_text(child):
    results = child.render_many(["before", SECTIONS, "*after*", "\ud800"])

    assert results[0] == "<p>before</p>"
    assert isinstance(results[1], TooComplex)
    assert results[2:] == ["<p><em>after</em></p>", ""]


def test_a_child_that_hangs_is_killed_by_the_clock_on_the_wall(monkeypatch):
    hanging = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    monkeypatch.setattr(
        "statuspage.adapters.markdown._start",
        lambda: subprocess.Popen(hanging, stdin=subprocess.PIPE, stdout=subprocess.PIPE),
    )
    child = MarkdownChild(wall_seconds=0.2)

    started_at = time.monotonic()
    with pytest.raises(TooComplex):
        child.render("never answered")

    assert time.monotonic() - started_at < 20


def test_a_child_that_cannot_start_is_not_blamed_on_the_text(monkeypatch):
    broken = [sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); raise SystemExit(3)"]
    monkeypatch.setattr(
        "statuspage.adapters.markdown._start",
        lambda: subprocess.Popen(broken, stdin=subprocess.PIPE, stdout=subprocess.PIPE),
    )

    with pytest.raises(RuntimeError, match="exit code 3"):
        MarkdownChild().render("anything")


def test_a_child_that_died_while_idle_is_replaced(child):
    child.render("warm")
    child._process.kill()
    child._process.wait()

    assert child.render("again") == "<p>again</p>"


def test_the_child_ends_with_its_parent_and_stays_small():
    script = (
        f"import sys; from {markdown_child.__name__} import main; main(); "
        "sys.stderr.write(str({'lxml', 'feedgen', 'jinja2', 'sqlalchemy'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], input=b'\x00\x00\x00\x07["*a*"]', capture_output=True, timeout=10
    )

    assert process.returncode == 0
    assert process.stdout[4:] == b'"<p><em>a</em></p>"'
    assert process.stderr == b"set()"
