"""Coverage counts what was proven, not what was started."""

from jing_scenarios.report.coverage import odd_coverage, pair_coverage, parameter_coverage
from jing_scenarios.report.results import CaseResult


def test_declared_bins_that_no_case_hits_are_shown_as_holes(cases: list[CaseResult]) -> None:
    axis = next(a for a in parameter_coverage(cases, {"gap_m": [0.0, 5.0, 15.0, 24.0, 40.0]}) if a.name == "gap_m")
    assert [b.hit for b in axis.bins] == [False, True, True, False]
    assert sum(sum(b.counts) for b in axis.bins) == 100
    assert axis.share == 0.5


def test_values_outside_the_declared_bins_are_counted(cases: list[CaseResult]) -> None:
    (axis,) = [a for a in parameter_coverage(cases, {"gap_m": [10.0, 20.0]}) if a.name == "gap_m"]
    assert axis.outside == 45
    assert axis.bins[0].counts[0] + axis.bins[0].counts[1] + axis.bins[0].counts[2] == 55


def test_undeclared_numbers_with_many_values_get_eight_bins(cases: list[CaseResult]) -> None:
    axes = {a.name: a for a in parameter_coverage(cases, {})}
    assert len(axes["gap_m"].bins) == 8
    assert [b.label for b in axes["speed_kmh"].bins] == ["40", "50", "60", "70", "80"]
    assert [b.label for b in axes["weather"].bins] == ["clear", "fog", "rain"]
    assert not axes["gap_m"].declared


def test_odd_values_and_their_pairs_that_nobody_drove_are_holes(cases: list[CaseResult]) -> None:
    axes = odd_coverage(cases, {"weather": ["clear", "rain", "fog", "snow"], "light": ["day", "night"]})
    assert [b.hit for b in axes[0].bins] == [True, True, True, False]
    (pair,) = pair_coverage(cases, axes)
    assert pair.rows == ("clear", "rain", "fog", "snow")
    assert pair.counts[2][1] == 0  # fog at night ended in errors only
    assert pair.counts[3] == (0, 0)
