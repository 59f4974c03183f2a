"""Signal controllers, groups and programs out of the elements of a SUMO network.

Link indices that show the same in all programs of a controller become one signal group.
"""

from dataclasses import dataclass

import numpy as np

from jing_maps.columns import Controllers, Programs, SignalGroups
from jing_maps.errors import MapFormatError
from jing_maps.sumo.elements import Net, NetProgram
from jing_maps.sumo.letters import STATE_OF_LETTER

__all__ = ["Signals", "signals"]


@dataclass(frozen=True)
class Signals:
    """The tables, the group of each (controller id, link index), and the links that may go on red."""

    controllers: Controllers
    groups: SignalGroups
    programs: Programs
    group_of: dict[tuple[str, int], int]
    on_red: frozenset[tuple[str, int]]


def signals(net: Net, used: dict[tuple[str, int], int]) -> Signals:
    """The signals that rule the links `used`: (controller id, link index) -> line where the file says so.

    Raises:
        MapFormatError: a link has no program, a state is too short or holds an unknown letter.
    """
    programs: dict[str, list[NetProgram]] = {}
    for program in net.programs:
        programs.setdefault(program.tl, []).append(program)
    for (tl, link), line in used.items():
        _check_link(net, programs.get(tl, []), tl, link, line)
    builder = _Tables()
    links: dict[str, list[int]] = {}
    for tl, link in sorted(used):
        links.setdefault(tl, []).append(link)
    for tl, own in links.items():
        # SUMO puts the program in force that was read last.
        _add_controller(builder, net, tl, own, programs[tl][::-1])
    idle = sorted(set(programs) - set(builder.ids))
    if idle:
        net.warnings.append(f"{net.path}: signals without a connection left out: {', '.join(idle[:20])}")
    return builder.build()


def _check_link(net: Net, programs: list[NetProgram], tl: str, link: int, line: int) -> None:
    if not programs:
        raise MapFormatError(net.path, f"signal {tl!r} has no <tlLogic>; add a program or drop tl={tl!r}", line=line)
    for program in programs:
        for phase in program.phases:
            if not 0 <= link < len(phase.state):
                raise MapFormatError(
                    net.path,
                    f"state {phase.state!r} of signal {tl!r} is too short: link {link} needs {link + 1} letters",
                    line=phase.line,
                )
            if phase.state[link] not in STATE_OF_LETTER:
                known = " ".join(STATE_OF_LETTER)
                raise MapFormatError(
                    net.path,
                    f"state {phase.state!r} of signal {tl!r} holds {phase.state[link]!r}; known: {known}",
                    line=phase.line,
                )


class _Tables:
    """Columns that grow by one controller after the other."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.first_group = [0]
        self.group_name: list[str] = []
        self.group_of: dict[tuple[str, int], int] = {}
        self.on_red: set[tuple[str, int]] = set()
        self.program_name: list[str] = []
        self.program_controller: list[int] = []
        self.offset_s: list[float] = []
        self.first_phase = [0]
        self.phases: list[tuple[float, float, float]] = []
        self.first_state = [0]
        self.state: list[int] = []

    def build(self) -> Signals:
        counts = np.diff(self.first_group)
        owner = np.repeat(np.arange(len(self.ids), dtype=np.int32), counts)
        times = np.array(self.phases, dtype=np.float64).reshape(-1, 3)
        return Signals(
            Controllers(tuple(self.ids), np.array(self.first_group, dtype=np.int32)),
            SignalGroups(owner, tuple(self.group_name)),
            Programs(
                controller=np.array(self.program_controller, dtype=np.int32),
                name=tuple(self.program_name),
                offset_s=np.array(self.offset_s, dtype=np.float64),
                first_phase=np.array(self.first_phase, dtype=np.int32),
                duration_s=times[:, 0].copy(),
                min_s=times[:, 1].copy(),
                max_s=times[:, 2].copy(),
                first_state=np.array(self.first_state, dtype=np.int32),
                state=np.array(self.state, dtype=np.uint8),
            ),
            self.group_of,
            frozenset(self.on_red),
        )


def _add_controller(tables: _Tables, net: Net, tl: str, links: list[int], programs: list[NetProgram]) -> None:
    members: dict[tuple[int, ...], list[int]] = {}
    for link in links:
        letters = [phase.state[link] for program in programs for phase in program.phases]
        members.setdefault(tuple(STATE_OF_LETTER[letter] for letter in letters), []).append(link)
        if "s" in letters:
            tables.on_red.add((tl, link))
            if "r" in letters:
                net.warnings.append(f"{net.path}: link {link} of signal {tl} turns on red in all its red phases")
    row = len(tables.ids)
    tables.ids.append(tl)
    for group in members.values():
        tables.group_of.update({(tl, link): len(tables.group_name) for link in group})
        tables.group_name.append(_ranges(group))
    tables.first_group.append(len(tables.group_name))
    columns = list(members)
    at = 0
    for program in programs:
        tables.program_name.append(program.program)
        tables.program_controller.append(row)
        tables.offset_s.append(program.offset_s)
        if program.type not in ("static", "actuated"):
            net.warnings.append(
                f"{net.path}:{program.line}: signal {tl} of type {program.type!r} is read as its phases"
            )
        for phase in program.phases:
            tables.phases.append((phase.duration_s, phase.min_s, phase.max_s))
            tables.state.extend(column[at] for column in columns)
            tables.first_state.append(len(tables.state))
            at += 1
        tables.first_phase.append(len(tables.phases))


def _ranges(links: list[int]) -> str:
    """Sorted link indices as text: `0-2,5`."""
    parts: list[list[int]] = []
    for link in links:
        if parts and parts[-1][-1] == link - 1:
            parts[-1].append(link)
        else:
            parts.append([link])
    return ",".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
