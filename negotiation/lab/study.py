"""A study: the games of one design, shared among hands, kept in a file that can be gone on with or in memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from negotiation.lab.ensemble import Watcher, in_memory, open_store, telling_what_is_kept, work_through
from negotiation.lab.ensemble_store import read_rows
from negotiation.lab.executors import crew


class Study:
    """What comparisons, sensitivity designs and tournaments share: they have a job, tasks and an identity."""

    job: Any
    tasks: Any
    identity: Any

    def run(
        self,
        out: Path | str | None = None,
        *,
        workers: int | None = None,
        dask: str | None = None,
        executor: Executor | None = None,
        watch: Watcher | None = None,
        stopped: Callable[[], bool] = lambda: False,
        said: Callable[[str], None] = lambda words: None,
    ) -> Any:
        """Play all games (see ``Ensemble.run``); returns the rows."""
        how: dict[str, Any] = {"watch": watch, "stopped": stopped, "said": said}
        with crew(workers, dask=dask, executor=executor) as hands:
            if out is None:
                return in_memory(self.job, self.tasks, hands, **how)
            with open_store(Path(out), self.identity) as store, telling_what_is_kept(store, len(self.tasks)):
                work_through(self.job, self.tasks, store, hands, **how)
        return read_rows(Path(out))[0]
