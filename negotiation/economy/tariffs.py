"""Tariffs an economy starts from."""

from __future__ import annotations

import numpy as np

from negotiation.errors import UnknownName


def base_tariff(name: str, regions: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """Tariff levels (importer, exporter, sector) of a named set; UnknownName if there is none."""
    if name != "zero":
        raise UnknownName("tariff set", name, ("zero",))
    return np.zeros((len(regions), len(regions), len(sectors)))
