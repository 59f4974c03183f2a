import math

import pytest

from jing_citybrain.kpi import FIGURES, figures_by_plan, mean_interval


def test_the_interval_of_four_samples_is_student_s() -> None:
    interval = mean_interval([1.0, 2.0, 3.0, 4.0])
    assert interval.mean == 2.5
    # t(0.975, 3) = 3.1824; s = 1.29099; / sqrt(4)
    assert interval.half_width == pytest.approx(3.182446 * 1.290994 / 2, rel=1e-6)


def test_one_sample_has_no_interval_and_none_is_an_error() -> None:
    assert math.isnan(mean_interval([3.0]).half_width)
    assert str(mean_interval([3.0])) == "3.0"
    with pytest.raises(ValueError, match="at least one sample"):
        mean_interval([])


def test_figures_are_grouped_by_plan_in_their_order() -> None:
    runs: list[dict[str, object]] = [
        {"plan": plan, **dict.fromkeys(FIGURES, value)} for plan, value in [("b", 1.0), ("a", 5.0), ("b", 3.0)]
    ]
    table = figures_by_plan(runs)
    assert [(row.plan, row.seeds) for row in table] == [("b", 2), ("a", 1)]
    assert table[0].figures["mean_delay_s"].mean == 2.0
