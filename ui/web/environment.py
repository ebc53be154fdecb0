"""How Solara is set up. Must run before anything of ``solara`` is imported: it reads these names once.

Measured reasons stand in ``ui/README.md``. A name the user has set already is left alone.
"""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

from platformdirs import user_log_path

SETTINGS = {
    "SOLARA_APP": "ui.site.app",
    "SOLARA_MODE": "production",  # the small bundle, no banner of a stranger's site in a frame
    "SOLARA_STATE_AUTO_REMOUNT": "true",  # an open page comes back by itself after a restart of the server
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a phone that went away keeps its megabyte ten minutes, not a day
    "SOLARA_GC_FREEZE": "false",  # done once, after the first answer (``state.service``)
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "none",  # else Solara makes a number and keeps it in the home folder
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_VARIANT": "light",  # ours is chosen in the browser; see templates/index.html.j2
    "SOLARA_THEME_TITLE": "The Review",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
}


def prepare() -> None:
    """Set what is not set yet."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for name in ("SOLARA_HOME", "IPYTHONDIR"):  # what both leave behind lies with our log
        os.environ.setdefault(name, str(user_log_path("negotiation", appauthor=False)))
    for base in (sys.prefix, site.getuserbase()):  # the second after "pip install --user"
        assets = Path(base, "share", "solara", "cdn")
        if assets.is_dir():
            os.environ.setdefault("SOLARA_ASSETS_PROXY_CACHE_DIR", str(assets))
