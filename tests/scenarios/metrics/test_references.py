"""Metrics against stored values of commonroad-crime and ad-rss (`python -m benchmarks.metrics_references`)."""

import pytest
from benchmarks.metrics_references import Deviation, commonroad_deviations, rss_deviations

DEVIATIONS = [*commonroad_deviations(), *rss_deviations()]


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=[f"{d.library}: {d.metric}" for d in DEVIATIONS])
def test_metrics_agree_with_the_reference(deviation: Deviation) -> None:
    assert deviation.cases >= 7
    assert deviation.greatest <= deviation.allowed, deviation.note
