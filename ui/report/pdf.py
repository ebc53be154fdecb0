"""PDF by the browser that is installed: Chromium, Chrome or Edge print a page without opening a window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from negotiation.errors import NegotiationError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
SECONDS = 60


def find_browser() -> str | None:
    """Path of a browser that can print; ``NEGOTIATION_BROWSER`` comes first. None if there is none."""
    named = os.environ.get("NEGOTIATION_BROWSER")
    if named:
        return shutil.which(named)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).is_file()), None)


def write_pdf(page: Path, target: Path) -> None:
    """Print an HTML file to a PDF file. ``NegotiationError`` with what to do by hand if that is not possible."""
    by_hand = f"open {page} in any browser and print it to PDF (Ctrl+P, or Cmd+P)"
    browser = find_browser()
    if browser is None:
        raise NegotiationError(f"no Chromium, Chrome or Edge was found to make a PDF; {by_hand}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        made = Path(profile) / "page.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={made}",
            page.absolute().as_uri(),
        ]
        if sys.platform.startswith("linux") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root with one
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NegotiationError(
                f"{browser} could not print the page ({type(error).__name__}); {by_hand}"
            ) from None
        if not made.is_file() or made.stat().st_size == 0:
            raise NegotiationError(f"{browser} printed nothing; {by_hand}")
        shutil.copyfile(made, target)
