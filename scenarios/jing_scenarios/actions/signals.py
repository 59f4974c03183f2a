"""Traffic signals while a scenario runs: controllers with phases, and what each signal of the map shows.

A controller goes through its phases again and again. One with a `reference` and a `delay` begins its first phase so
many seconds after that of the reference (standard 1.3, TrafficSignalController): at 0 s it is as deep in its cycle as
that makes it. States are the words of the file (`green`, `off;off;on` ...): what they mean depends on the signal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["Phase", "SignalController", "Signals", "signals_of"]

_SOON_S = 1e-9

States = tuple[tuple[str, str], ...]
"""(signal id, state) pairs."""


class Phase:
    """A phase: name, duration in seconds (infinite: it never ends), states of signals from its begin on."""

    __slots__ = ("duration_s", "name", "states")

    def __init__(self, name: str, duration_s: float, states: States) -> None:
        self.name, self.duration_s, self.states = name, duration_s, states


class SignalController:
    """Phases in a cycle.

    Attributes:
        begin_s: when the first phase (of some cycle) begins.
        now: number of the phase that is on. next_s: when the next one begins.
    """

    def __init__(self, name: str, phases: Sequence[Phase], begin_s: float) -> None:
        self.name, self.phases = name, tuple(phases)
        self._ends_s = tuple(accumulate(phase.duration_s for phase in phases))
        self.begin_s, self.now, self.next_s = begin_s, 0, inf
        self.look(0.0)

    @property
    def cycle_s(self) -> float:
        """Seconds of all phases together."""
        return self._ends_s[-1]

    def look(self, time_s: float) -> None:
        """Which phase is on at a time, and until when."""
        into = time_s - self.begin_s
        into = into % self.cycle_s if self.cycle_s < inf else max(into, 0.0)
        if self.cycle_s - into < _SOON_S:
            into = 0.0
        self.now = next((i for i, end in enumerate(self._ends_s) if into < end - _SOON_S), len(self.phases) - 1)
        self.next_s = time_s + self._ends_s[self.now] - into

    def go_to(self, phase: int, time_s: float) -> None:
        """The phase begins now, and the cycle goes on from it."""
        self.begin_s = time_s - (self._ends_s[phase - 1] if phase else 0.0)
        self.look(time_s)

    def number_of(self, phase: str, node: Node) -> int:
        """The phase of this name; raises OpenScenarioError."""
        names = [p.name for p in self.phases]
        if phase not in names:
            text = UnknownNameError(f"phase of the signal controller {self.name!r}", phase, names)
            raise OpenScenarioError(f"{node.place}: {text}")
        return names.index(phase)


class Signals:
    """All signals of a scenario.

    Attributes:
        controllers: by name.
        states: by the signal's id in the road network; a signal that nobody has set is not there.
        changes: (time in s, signal, state), in the order in which they came.
        watchers: called with signal and state at each change.
    """

    def __init__(self, controllers: Mapping[str, SignalController]) -> None:
        self.controllers = dict(controllers)
        self.states: dict[str, str] = {}
        self.changes: list[tuple[float, str, str]] = []
        self.watchers: list[Callable[[str, str], None]] = []
        self._next_s = -inf

    def step(self, time_s: float) -> None:
        """Phases that end by this time have ended."""
        if time_s < self._next_s - _SOON_S:
            return
        first = self._next_s == -inf
        for controller in self.controllers.values():
            if first or time_s >= controller.next_s - _SOON_S:
                controller.look(time_s)
                self._show(controller, time_s)
        self._next_s = min((controller.next_s for controller in self.controllers.values()), default=inf)

    def state_of(self, signal: str) -> str:
        """What it shows; empty where nobody has said."""
        return self.states.get(signal, "")

    def phase_of(self, controller: str) -> str:
        """The name of the phase that is on; empty for a controller that is not there."""
        found = self.controllers.get(controller)
        return "" if found is None else found.phases[found.now].name

    def set_phase(self, controller: SignalController, phase: int, time_s: float) -> None:
        """A phase of a controller begins now."""
        controller.go_to(phase, time_s)
        self._show(controller, time_s)
        self._next_s = min(self._next_s, controller.next_s)

    def set_state(self, signal: str, state: str, time_s: float) -> None:
        """A signal shows a state until somebody says otherwise."""
        if self.states.get(signal) == state:
            return
        self.states[signal] = state
        self.changes.append((time_s, signal, state))
        for tell in self.watchers:
            tell(signal, state)

    def controller_of(self, name: str, node: Node) -> SignalController:
        """The controller of this name; raises OpenScenarioError at the node's place."""
        if name not in self.controllers:
            text = UnknownNameError("traffic signal controller", name, list(self.controllers))
            raise OpenScenarioError(f"{node.place}: {text}")
        return self.controllers[name]

    def _show(self, controller: SignalController, time_s: float) -> None:
        for signal, state in controller.phases[controller.now].states:
            self.set_state(signal, state, time_s)


def signals_of(context: CompileContext) -> Signals:
    """The signals of the scenario that is compiled, at 0 s.

    A state of a signal group is shown by the signals of the map's controller with the scenario's controller's name.

    Raises:
        OpenScenarioError: phases of no duration, a reference to nothing or in a circle.
    """
    nodes = {node.string("name"): node for node in context.scenario.signal_controllers}
    groups = _groups(context)
    controllers = {}
    for name, node in nodes.items():
        phases = [_phase_of(child, groups.get(name, ())) for child in node.every("Phase")]
        if not phases:
            continue
        if sum(phase.duration_s for phase in phases) <= 0.0:
            raise OpenScenarioError(f"{node.place}: the phases of {name!r} last 0 s together; more is right")
        controllers[name] = SignalController(name, phases, _delay_of(name, nodes))
    signals = Signals(controllers)
    if context.engine.options.world is not None:
        signals.watchers.append(context.engine.options.world.show_signal)
    return signals


def _phase_of(node: Node, group: Sequence[str]) -> Phase:
    duration_s = node.number("duration")
    if not duration_s >= 0.0:
        raise OpenScenarioError(f"{node.place}: Phase duration={duration_s}; 0 or more seconds are right")
    states = [(child.string("trafficSignalId"), child.string("state")) for child in node.every("TrafficSignalState")]
    of_group = node.find("TrafficSignalGroupState") or node.find("TrafficeSignalGroupState")
    if of_group is not None:
        if not group:
            raise OpenScenarioError(
                f"{of_group.place}: the road network has no controller with the id or name of this signal controller; "
                "TrafficSignalState elements with ids of signals are right"
            )
        named = {signal for signal, _ in states}
        states += [(signal, of_group.string("state")) for signal in group if signal not in named]
    return Phase(node.string("name"), duration_s, tuple(states))


def _groups(context: CompileContext) -> dict[str, tuple[str, ...]]:
    """Signals of the map's controllers, by id and by name."""
    odr = context.plan.odr
    if odr is None:
        return {}
    by_name = {controller.name: controller.signals for controller in odr.controllers if controller.name}
    return by_name | {controller.id: controller.signals for controller in odr.controllers}


def _delay_of(name: str, nodes: Mapping[str, Node]) -> float:
    """When the first phase begins, along the chain of references."""
    delay_s = 0.0
    seen: list[str] = []
    while name:
        node = nodes[name]
        if name in seen:
            raise OpenScenarioError(f"{node.place}: the references of signal controllers go in a circle: {seen}")
        seen.append(name)
        name = node.string("reference", "")
        if name and name not in nodes:
            text = UnknownNameError("traffic signal controller", name, list(nodes))
            raise OpenScenarioError(f"{node.place}: {text}")
        delay_s += node.number("delay", 0.0)
    return delay_s
