"""What tests share: the command, where it was built."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def command():
    """Runs the command `kullback` and returns what it prints."""
    built = [ROOT / "target" / profile / "kullback" for profile in ("release", "debug")]
    newest = max((path for path in built if path.is_file()), key=lambda path: path.stat().st_mtime, default=None)
    path = newest or shutil.which("kullback")
    if path is None:
        pytest.skip("the command kullback is not built: cargo build")

    def run(*arguments):
        done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, check=True)
        return done.stdout

    return run
