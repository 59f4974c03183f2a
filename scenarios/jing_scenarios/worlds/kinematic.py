"""The world of columns alone: everything is where the engine has put it."""

from collections.abc import Sequence

from jing_scenarios.worlds.world import Contact, EntityBody, Environment, PoseColumns, WorldError
from jing_sim.driving.controls import VehicleControl

__all__ = ["KinematicWorld"]


class KinematicWorld:
    """No bodies, no work: for scenarios in which nobody drives by pedals."""

    name = "native"

    def add(self, row: int, body: EntityBody, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`; raises WorldError for one that takes pedals."""
        self._refuse(body.name, bool(columns.driven[row]))

    def remove(self, row: int) -> None:
        """Inherited, see `ScenarioWorld`."""

    def drive(self, row: int, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`; raises WorldError."""
        self._refuse(f"row {row}", bool(columns.driven[row]))

    def control(self, row: int, control: VehicleControl) -> None:
        """Raises WorldError: nobody has pedals here."""
        raise WorldError(f"row {row} gets {control}, but nobody has pedals in a world without bodies")

    def step(self, columns: PoseColumns, dt_s: float) -> None:
        """Inherited, see `ScenarioWorld`."""

    def contacts(self) -> Sequence[Contact]:
        """None: the engine finds overlaps of boxes by itself."""
        return ()

    def set_environment(self, environment: Environment) -> None:
        """Inherited, see `ScenarioWorld`: nothing here slips or is hidden."""

    def show_signal(self, signal: str, state: str) -> None:
        """Inherited, see `ScenarioWorld`."""

    def warnings(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Inherited, see `ScenarioWorld`."""

    @staticmethod
    def _refuse(who: str, driven: bool) -> None:
        if driven:
            raise WorldError(f"{who!r} is driven by pedals, which a world without bodies does not know")
