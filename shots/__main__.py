"""Take all pictures: `python -m shots`. Starts the demonstration on a free port and ends it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from statuspage.demo.company import BEN, PASSWORD

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
STARTS_WITHIN = 60
COLOURS = 128
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. In its path `{incident}` is the one that is open, `{drill}` the one that is over."""

    name: str
    path: str
    width: int = 1280
    height: int = 900
    is_dark: bool = False


SHOTS = (
    Shot("front", "/"),
    Shot("front-phone-dark", "/", 390, 844, is_dark=True),
    Shot("home", "/console/"),
    Shot("incident", "/console/incidents/{incident}", height=1300),
    Shot("declare", "/console/declare"),
    Shot("templates", "/console/templates"),
    Shot("rota", "/console/rota"),
    Shot("report", "/console/report", height=1550),
    Shot("score-card", "/console/drills/{drill}", height=1000),
    Shot("incident-phone", "/console/incidents/{incident}", 390, 1200),
)


def main() -> None:
    """Take them one after the other."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as base, browser() as chrome:
        sign_in(chrome, base)
        for shot in SHOTS:
            file = FOLDER / f"{shot.name}.png"
            take(chrome, base, shot, file)
            print(f"{file.relative_to(Path.cwd())}  {file.stat().st_size // 1000} kB")


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Run it, and return its address once it answers."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {**os.environ, "STATUSPAGE_INSTANCE_DIR": str(folder), "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "statuspage", "demo"], env=environment, stdout=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for_answer(base)
        yield base
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for_answer(base: str) -> None:
    """Wait until the published site has the open incident."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            if open_incidents(base):
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("The demonstration did not start.")


def open_incidents(base: str) -> list[dict[str, str]]:
    """Return what customers know to be open."""
    with urllib.request.urlopen(f"{base}/api/v2/incidents/unresolved.json", timeout=2) as answer:
        found: list[dict[str, str]] = json.load(answer)["incidents"]
    return found


@contextmanager
def browser() -> Iterator[Chrome]:
    """Start Chromium without a window."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    chrome = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        yield chrome
    finally:
        chrome.quit()


def sign_in(chrome: Chrome, base: str) -> None:
    """Sign in as the communications lead."""
    chrome.get(f"{base}/login")
    chrome.find_element(By.NAME, "email").send_keys(BEN)
    chrome.find_element(By.NAME, "password").send_keys(f"{PASSWORD}\n")
    until = time.monotonic() + 10
    while "/console/" not in chrome.current_url and time.monotonic() < until:
        time.sleep(0.1)


def played_drill(chrome: Chrome, base: str) -> str:
    """Return the public id of the drill on the list of those that are over."""
    chrome.get(f"{base}/console/drills")
    link = chrome.find_element(By.CSS_SELECTOR, "table a[href^='/console/drills/']")
    return (link.get_attribute("href") or "").rsplit("/", 1)[-1]


def take(chrome: Chrome, base: str, shot: Shot, file: Path) -> None:
    """Take one picture and make it small."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if shot.is_dark else "light"}
    size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": 1, "mobile": shot.width < 600}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    found = {"incident": open_incidents(base)[0]["id"], "drill": played_drill(chrome, base)}
    chrome.get(base + shot.path.format(**found))
    time.sleep(1)
    chrome.save_screenshot(str(file))
    Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main()
