"""Plain routes of the Policy lab: what one takes home.

GET /lab/rows/KEY.csv | KEY.parquet     the games of a finished run (gone after a restart: the run can be repeated)
GET /lab/scenario.yaml?QUERY            the scenario on screen, as a file
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from negotiation.errors import NegotiationError
from negotiation.scenario import load_scenario, scenario_names
from negotiation.scenario.writing import scenario_as_yaml
from ui.site.present.lab_run import file_name
from ui.site.present.lab_state import LabState, held_values
from ui.site.state import laboratory, service
from ui.web.doors import _language, refused
from ui.web.plain import message_page
from ui.words import Words

KINDS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def routes() -> list[Route]:
    """Routes of the lab, to stand before Solara's catch-all."""
    return [Route("/lab/rows/{key}.{kind}", rows), Route("/lab/scenario.yaml", scenario)]


def rows(request: Request) -> Response:
    """The games of a run."""
    key, kind = request.path_params["key"], request.path_params["kind"]
    found = (
        laboratory.desk().rows(key, kind) if re.fullmatch(r"[0-9a-f]{16}", key) and kind in KINDS else None
    )
    if found is None:
        words = Words.of(_language(request))
        return message_page(words, "lab.text_lost_title", words("lab.said_ran"), 404)
    return FileResponse(found, media_type=KINDS[kind], filename=f"games-{key}.{kind}")


async def scenario(request: Request) -> Response:
    """The scenario of a link; nonsense in it is left out, as on the page."""
    return await run_in_threadpool(_scenario, request)


def _scenario(request: Request) -> Response:
    words = Words.of(_language(request))
    state, _ = LabState.of_query(request.url.query, service.DEFAULT_SCENARIO)
    try:
        chosen = load_scenario(state.scenario)
        name = file_name(state)
        text = scenario_as_yaml(
            chosen,
            held_values(chosen, state),
            name=name,
            remark=words.pattern("lab.yaml_remark"),
            head=words("lab.yaml_head", name=chosen.name),
            source=None if state.scenario in scenario_names() else Path(state.scenario),
        )
    except NegotiationError as error:
        return refused(request, error)
    return Response(
        text,
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.yaml"'},
    )
