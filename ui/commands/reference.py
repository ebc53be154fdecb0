"""``negotiation reference``: the Python interface, from the docstrings, as pages to read in a browser."""

from __future__ import annotations

import sys
import tempfile
import warnings
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Annotated

import typer

from ui.commands.screen import JsonFlag, paper, print_json, waiting


def reference(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the pages to.")],
    as_json: JsonFlag = False,
) -> None:
    """Write the reference of the Python interface as HTML pages to read without internet (needs the extra docs)."""
    from negotiation.errors import InputError, get_extra
    from ui.report.writing import refuse_impossible, write_folder

    try:
        import pdoc
    except ImportError:
        raise InputError(
            f"the reference is drawn by pdoc, which is not installed; install it {get_extra('docs')}"
        ) from None
    refuse_impossible(out)
    modules = public_modules()
    with waiting("Reading the docstrings ..."), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a function may bear its module's name; both are drawn
        _load_late_names(modules)
        pdoc.render.configure(
            docformat="restructuredtext", show_source=False, footer_text="negotiation: API reference"
        )
        with tempfile.TemporaryDirectory() as building:
            pdoc.pdoc(*modules, output_directory=Path(building))
            pages = [p for p in Path(building).rglob("*") if p.is_file()]
            write_folder(out, {p.relative_to(building).as_posix(): p.read_bytes() for p in pages})
    if as_json:
        print_json({"out": str(out), "modules": modules})
        return
    paper().print(f"Written to {out}: {len(modules)} modules; begin with index.html", soft_wrap=True)


def public_modules() -> list[str]:
    """Every module of the package ``negotiation`` whose name does not begin with an underscore."""
    package = import_module("negotiation")
    found = (m.name for m in walk_packages(package.__path__, "negotiation."))
    return ["negotiation", *(n for n in found if not any(part.startswith("_") for part in n.split(".")))]


def _load_late_names(modules: list[str]) -> None:
    """Packages load their public names when first used; the reference wants them now."""
    for name in modules:
        module = import_module(name)
        for public in getattr(module, "__all__", ()):
            if f"{name}.{public}" not in sys.modules:
                setattr(module, public, getattr(module, public))
