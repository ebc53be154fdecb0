"""``negotiation play``: the server on this machine, a browser in front of it."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import webbrowser
from typing import Annotated

import typer

from negotiation.errors import InputError


def play(
    scenario: Annotated[str, typer.Option(help="Scenario that “Play now” opens.")] = "autumn-2025",
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets phones on the same network in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port; the next free one if it is taken.")
    ] = 8765,
    database: Annotated[
        str | None,
        typer.Option(help="A file, or postgresql://... (default: your data folder).", show_default=False),
    ] = None,
    public: Annotated[
        str,
        typer.Option(
            help="Address of a proxy in front of this server, https://class.example.org: for links and QR codes.",
            show_default=False,
        ),
    ] = "",
    browser: Annotated[bool, typer.Option(help="Open the browser when the server answers.")] = True,
) -> None:
    """Play in the browser: alone against two computer governments, or with friends by a code."""
    from ui import server

    server.collect_rarely()  # before the large imports
    from negotiation.rooms import Lobby
    from negotiation.scenario import load_scenario
    from ui.site.state import service

    load_scenario(scenario)  # an unknown name is refused before anything starts
    service.DEFAULT_SCENARIO = scenario
    _must_be_address(host)
    if public and not re.fullmatch(r"https?://[\w.-]+(:\d+)?/?", public):
        raise InputError(f"--public {public}: write an address like https://class.example.org")
    log_file = server.log_to_file()
    lobby = Lobby(database)

    def ready(where: str, number: int) -> None:
        address = f"http://{_for_browser(where)}:{number}"
        if number != port and port:
            typer.echo(f"Port {port} is taken; using {number}.")
        typer.echo(f"The Review is at {address}   (Ctrl-C stops it)")
        if public:
            service.address = public.rstrip("/")
        elif where not in server.LOOPBACK:
            service.address = f"http://{_for_others(where)}:{number}"
            typer.echo(f"\nOn the same network: {service.address}\n{_qr(service.address)}")
            typer.echo(
                "If a phone does not get there: let Python through this computer's firewall; a guest network\n"
                "often keeps devices apart, the hotspot of a phone does not.\n"
            )
        typer.echo(f"Games: {lobby.store.where}\nLog:   {log_file}")
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        server.serve(host, port, lobby=lobby, public=public, on_ready=ready)
    except server.NoPort as error:
        raise InputError(str(error)) from None
    typer.echo("Stopped. Every sealed envelope is kept; the next start goes on where you left.")


def _must_be_address(host: str) -> None:
    """Refuse a host this machine cannot listen on, in plain words."""
    try:
        with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except (OSError, UnicodeError):
        raise InputError(
            f"--host {host}: this machine has no such address; "
            "use 127.0.0.1 (this computer only) or 0.0.0.0 (the network)"
        ) from None


def _for_browser(host: str) -> str:
    """The name under which this machine reaches its own server."""
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _for_others(host: str) -> str:
    """The address others on the network use."""
    if host in ("0.0.0.0", "::", ""):
        return lan_address()
    return f"[{host}]" if ":" in host else host


def lan_address() -> str:
    """This machine's address on its network: the one it would send from. Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # a documentation address; connecting a datagram socket sends nothing
            found = probe.getsockname()[0]
        except OSError:
            found = "127.0.0.1"
    if not ipaddress.ip_address(found).is_loopback:
        return found
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return found


def _qr(text: str) -> str:
    """The address as a QR code made of characters."""
    import io

    import segno

    out = io.StringIO()
    segno.make(text, error="l").terminal(out, compact=True)
    return out.getvalue()
