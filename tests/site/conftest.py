import os
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture(autouse=True)
def _kernel_stays_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process has written the kernel still has: these tests need not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
