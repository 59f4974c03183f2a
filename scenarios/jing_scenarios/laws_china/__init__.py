"""Traffic laws of China as monitors over runs, each with the clauses it checks."""

from jing_scenarios.laws_china.clauses import CLAUSES, Clause
from jing_scenarios.laws_china.law import Breach, Law, LawReport
from jing_scenarios.laws_china.pack import CHINA_LAWS, china_laws

__all__ = ["CHINA_LAWS", "CLAUSES", "Breach", "Clause", "Law", "LawReport", "china_laws"]
