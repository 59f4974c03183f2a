"""The reference engine: traffic worlds driven by SUMO (extra `sumo`), for cross-checks of the native one."""

from jing_sim.sumo_engine.library import require_sumo
from jing_sim.sumo_engine.world import SumoWorld

__all__ = ["SumoWorld", "require_sumo"]
