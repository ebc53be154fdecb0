"""The command ``negotiation``: a list of commands, and what happens when something goes wrong.

A new command is one function in a file of its own, a line in ``COMMANDS`` and one in ``EXAMPLES``. The function's
signature is its options, its docstring the help; it raises the project's errors and prints through
``ui.commands.screen``.

Exit codes: 0 done, 1 the run failed, 2 the user's input is wrong. Never a traceback, unless the environment says
``NEGOTIATION_TRACEBACK=1``.
"""

from __future__ import annotations

import _thread
import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported where it is used: a Ctrl-C before ``main`` listens would end in a traceback
    import typer

COMMANDS: tuple[tuple[str, str], ...] = (
    ("play", "ui.commands.play:play"),
    ("database", "ui.commands.database:database"),
    ("run", "ui.commands.run:run"),
    ("replay", "ui.commands.replay:replay"),
    ("debrief", "ui.commands.debrief:debrief"),
    ("pack", "ui.commands.pack:pack"),
    ("scenarios", "ui.commands.scenarios:scenarios"),
    ("strategies", "ui.commands.strategies:strategies"),
    ("check", "ui.commands.check:check"),
    ("stage-game", "ui.commands.stage_game:stage_game"),
    ("balance", "ui.commands.balance:balance"),
    ("history", "ui.commands.history:history"),
    ("validate", "ui.commands.validate:validate"),
    ("explain", "ui.commands.explain:explain"),
    ("tipping", "ui.commands.tipping:tipping"),
    ("story", "ui.commands.told:story"),
    ("ensemble", "ui.commands.ensemble:ensemble"),
    ("sensitivity", "ui.commands.sensitivity:sensitivity"),
    ("discover", "ui.commands.discover:discover"),
    ("tournament", "ui.commands.tournament:tournament"),
    ("compare", "ui.commands.compare:compare"),
    ("reference", "ui.commands.reference:reference"),
)
"""Name of a command and the function behind it, in the order of the help page."""

EXAMPLES: dict[str, str] = {
    "play": "negotiation play --scenario rebuilding-bridges --host 0.0.0.0",
    "database": "negotiation database backup copy.db",
    "run": "negotiation run autumn-2025 --seed 3 --strategy USA=hedger --out my-run",
    "replay": "negotiation replay my-run",
    "debrief": "negotiation debrief my-run --what-if 4:USA=CC --out report.html",
    "pack": "negotiation pack --language es --out my-pack",
    "scenarios": "negotiation scenarios --json",
    "strategies": "negotiation strategies --json",
    "check": "negotiation check my-scenario.yaml",
    "stage-game": "negotiation stage-game autumn-2025 --round 3",
    "balance": "negotiation balance autumn-2025 --games 40",
    "history": "negotiation history --games 20",
    "validate": "negotiation validate --stored",
    "explain": "negotiation explain autumn-2025 --games 24 --system S5",
    "tipping": "negotiation tipping autumn-2025",
    "story": "negotiation story --language fr",
    "ensemble": "negotiation ensemble autumn-2025 --replications 500 --out futures.parquet",
    "sensitivity": "negotiation sensitivity autumn-2025 --method morris --out what-drives",
    "discover": "negotiation discover futures.parquet --case outcome=WD",
    "tournament": "negotiation tournament autumn-2025 --out my-tournament",
    "compare": "negotiation compare autumn-2025 autumn-2025 --strategy-b USA=hedger",
    "reference": "negotiation reference --out my-reference",
}
"""What each command's help ends with: a line to copy."""


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The application with the command these arguments name, or with all of them (help, a name nobody knows)."""
    import typer

    def options(
        version: bool = typer.Option(
            False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
        ),
    ) -> None:
        pass

    wanted = next((a for a in arguments if not a.startswith("-")), None)
    app = typer.Typer(
        name="negotiation",
        help="A negotiation game of the 2026 USMCA joint review on a calibrated trade economy.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name, place in COMMANDS:
        if name == wanted or wanted not in dict(COMMANDS):
            module, function = place.split(":")
            example = f"Example: {EXAMPLES[name]}" if name in EXAMPLES else None
            app.command(name, epilog=example)(getattr(import_module(module), function))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        import typer

        import negotiation

        typer.echo(f"negotiation {negotiation.__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter gets a question mark
            stream.reconfigure(errors="replace")
    atexit.register(gc.freeze)  # else a process ends by looking for waste in all it imported
    try:
        with _interruptible():
            _refuse_empty(given)
            app_for(given)(args=given, prog_name="negotiation")
    except KeyboardInterrupt:  # one that slipped past the command's own handling
        sys.exit(130)
    except Exception as error:
        if os.environ.get("NEGOTIATION_TRACEBACK"):
            raise
        sys.exit(_refused(error))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Make Ctrl-C end a command, with exit code 130, wherever it falls.

    Python drops one that falls into a library's callback (LLVM's, when the model is loaded): it is raised again. And
    one that passed through ``exec`` of a text (SciPy and Numba do that while they are imported) has Python end
    ``python -m`` by the signal, though it was handled: another text, run to its end, makes it forget.
    """
    before = sys.unraisablehook

    def dropped(what: Any) -> None:
        if what.exc_type is KeyboardInterrupt:
            again = threading.Timer(0.01, _interrupt)
            again.daemon = True
            again.start()
        else:
            before(what)

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        sys.unraisablehook = before
        exec("")


def _interrupt() -> None:
    """Press Ctrl-C, also on a thread that sleeps."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:  # Windows
        _thread.interrupt_main()


def _refuse_empty(given: Sequence[str]) -> None:
    """Refuse an argument that is empty: an unset variable of the shell would else become the current folder."""
    for before, argument in zip(("", *given), given):
        if not argument.strip() or (argument.startswith("--") and argument.endswith("=")):
            from negotiation.errors import InputError

            option = argument if argument.strip() else before
            named = f"{option.rstrip('=')}: the value" if option.startswith("-") else "an argument"
            raise InputError(f"{named} is empty; is a variable of the shell not set?")


def _refused(error: Exception) -> int:
    """Say on standard error what went wrong; the exit code for it."""
    from negotiation.errors import InputError, NegotiationError

    if isinstance(error, BrokenPipeError):
        return 0
    if isinstance(error, NegotiationError):
        print(f"negotiation: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, MemoryError):
        said = "there is not enough memory for this; try fewer firms (--firms)"
    print(f"negotiation: the run failed: {said}", file=sys.stderr)
    print(
        "negotiation: NEGOTIATION_TRACEBACK=1 shows where; please report it if it is not your machine's.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    main()
