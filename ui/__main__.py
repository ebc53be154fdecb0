"""``python -m ui``: the command line."""

from ui.cli import main

main()
