"""Ten thousand firms: what governments do to links, and what links do to leverage (see README.md here)."""

from negotiation.world.firms.layer import FirmLayer
from negotiation.world.firms.month import FirmMonth, FirmReport
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.population import FirmRow
from negotiation.world.firms.tables import Switches

__all__ = ["FirmLayer", "FirmMonth", "FirmParameters", "FirmReport", "FirmRow", "Switches"]
