"""A monitor of a traffic law: a criterion whose verdict says the clause, in English and Chinese."""

from collections.abc import Callable
from dataclasses import dataclass, field

from jing_scenarios.criteria.verdict import Outcome, Verdict, VerdictSeries
from jing_scenarios.laws_china.clauses import CLAUSES, Clause
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["MOTOR_KINDS", "Breach", "Law", "LawReport"]

MOTOR_KINDS = frozenset({"car", "van", "truck", "semitrailer", "bus", "motorbike", "trailer", "vehicle"})
"""Kinds of actors that the monitors take for motor vehicles."""


@dataclass(frozen=True)
class Breach:
    """The law is broken at an instant.

    Attributes:
        time_s: when. value: how much, in the law's unit.
        text, text_zh: what happened, one sentence each.
        other: name of the other party, empty = none.
    """

    time_s: float
    value: float
    text: str
    text_zh: str
    other: str = ""


@dataclass(frozen=True)
class LawReport:
    """What a monitor saw.

    Attributes:
        occasions: how often the law was asked for (lights met, crossings with people, instants on such a lane ...).
        breaches: in the order of time.
        unknown: why it cannot be told whether the law was kept; empty = it can.
        series: `(time_s, value)` of what the law bounds, where there is such a thing.
    """

    occasions: int
    breaches: tuple[Breach, ...] = ()
    unknown: str = ""
    unknown_zh: str = ""
    series: VerdictSeries | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Law:
    """A criterion: the law is kept by an actor.

    Attributes:
        key: in `CHINA_LAWS`. title, title_zh: for people.
        codes: clauses, the chief one first.
        unit, threshold: of the values of breaches; a breach is above the threshold.
        watch: the monitor: (trace, row of the actor) -> report.
        actor: whose; `ego` is the ego whatever it is called.
    """

    key: str
    title: str
    title_zh: str
    codes: tuple[str, ...]
    unit: str
    watch: Callable[[ScenarioTrace, int], LawReport]
    threshold: float = 0.0
    actor: str = "ego"

    @property
    def name(self) -> str:
        """Shown in reports."""
        return f"law: {self.title}"

    @property
    def requirement(self) -> str:
        """The chief clause."""
        return self.codes[0]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses themselves."""
        return tuple(CLAUSES[code] for code in self.codes)

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """Pass if the law was asked for and kept, or was never asked for; inconclusive where it cannot be told.

        Raises:
            UnknownNameError: no such actor.
            MetricError: the run has no map.
        """
        row = trace.row(self.actor)
        actor = trace.names[row]
        if trace.kinds[row] not in MOTOR_KINDS:
            reason = f"{actor} is a {trace.kinds[row]}; the law is for motor vehicles"
            return self._verdict("inconclusive", actor, reason, f"{actor}不是机动车，本条不适用")
        if not trace.n_t:
            return self._verdict("inconclusive", actor, "the run has no instants", "运行中没有任何时刻")
        report = self.watch(trace, row)
        if report.breaches:
            return self._broken(actor, report)
        if report.unknown:
            return self._verdict("inconclusive", actor, report.unknown, report.unknown_zh)
        if report.occasions == 0:
            kept, kept_zh = f"{actor} was never asked for it", f"{actor}未遇到需要适用本条的情形"
        else:
            kept, kept_zh = (
                f"{actor} kept it, asked {report.occasions} times",
                f"{actor}在{report.occasions}次情形中均遵守",
            )
        return self._verdict("pass", actor, kept, kept_zh, report=report)

    def _broken(self, actor: str, report: LawReport) -> Verdict:
        worst = max(report.breaches, key=lambda breach: breach.value)
        more = len(report.breaches) - 1
        count, count_zh = (f" (and {more} more)", f"（另有{more}次）") if more else ("", "")
        chief = self.clauses[0]
        return self._verdict(
            "fail",
            actor,
            f"{worst.text}{count}. {chief.code}: {chief.text}",
            f"{worst.text_zh}{count_zh}。{chief.text_zh}",
            worst,
            report,
        )

    def _verdict(
        self,
        outcome: Outcome,
        actor: str,
        reason: str,
        reason_zh: str,
        worst: Breach | None = None,
        report: LawReport | None = None,
    ) -> Verdict:
        value = worst.value if worst is not None else 0.0 if outcome == "pass" else float("nan")
        return Verdict(
            name=self.name,
            outcome=outcome,
            value=value,
            threshold=self.threshold,
            comparison="<=",
            unit=self.unit,
            worst_time_s=worst.time_s if worst is not None else float("nan"),
            requirement=self.requirement,
            actor=actor,
            other=worst.other if worst is not None else "",
            reason=reason,
            reason_zh=f"{self.title_zh}：{reason_zh}",
            clause=", ".join(self.codes),
            series=report.series if report is not None else None,
        )
