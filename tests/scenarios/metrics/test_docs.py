"""The page on metrics says what the registry says."""

from benchmarks.metrics_references import DOCS, metric_table

from jing_scenarios.laws_china import CHINA_LAWS


def test_the_page_has_the_table_of_all_metrics() -> None:
    assert metric_table() in DOCS.read_text(encoding="utf-8")


def test_the_page_names_every_law_with_its_clauses() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for law in CHINA_LAWS.values():
        assert f"| `{law.key}` | {', '.join(law.codes)} |" in page
