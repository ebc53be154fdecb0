"""The one component behind every address: finds who visits and where; the rest is the stage's."""

from __future__ import annotations

import solara
from solara.lab.utils.cookies import cookies
from solara.lab.utils.headers import headers

from ui.site.pages.addresses import page_at, topic_at
from ui.site.pages.trouble import trouble
from ui.site.state.stage import Stage


@solara.component
def Site() -> None:
    """Every page of the product."""
    router = solara.use_router()
    stage: Stage = solara.use_memo(lambda: Stage(cookies.value, headers.value, page_at, trouble), [])
    path, search = router.path or "/", router.search or ""
    topic = topic_at(path)
    stage.stand(path, search, topic, router.push)
    solara.use_effect(stage.listen, [topic])
    solara.Div(children=[stage.root])
