"""Imports go down only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_layers_are_kept():
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout
