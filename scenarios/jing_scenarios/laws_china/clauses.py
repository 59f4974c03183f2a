"""The clauses that the monitors check, as short English and Chinese statements of what they ask.

Road Traffic Safety Law of the People's Republic of China (中华人民共和国道路交通安全法, as amended in 2021) and its
Implementing Regulations (道路交通安全法实施条例, State Council decree 405, as amended in 2017). The statements are
summaries for reports; the laws' own text rules.
"""

from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["CLAUSES", "Clause"]


@dataclass(frozen=True)
class Clause:
    """A clause.

    Attributes:
        code: `RTSL 38` = article 38 of the law, `IR 38(3)` = article 38, item 3, of the Implementing Regulations.
        text, text_zh: what it asks for.
    """

    code: str
    text: str
    text_zh: str


_LAW, _RULES = "道路交通安全法", "道路交通安全法实施条例"

_ALL = (
    Clause("RTSL 25", "Road markings are traffic signals.", f"{_LAW}第二十五条：交通信号包括交通标线"),
    Clause("RTSL 35", "Vehicles drive on the right.", f"{_LAW}第三十五条：机动车、非机动车实行右侧通行"),
    Clause(
        "RTSL 37",
        "On reserved lanes only the vehicles they are reserved for may drive.",
        f"{_LAW}第三十七条：专用车道内只准许规定的车辆通行",
    ),
    Clause("RTSL 38", "Vehicles obey the traffic signals.", f"{_LAW}第三十八条：车辆应当按照交通信号通行"),
    Clause(
        "RTSL 42",
        "Motor vehicles do not exceed the speed that signs give.",
        f"{_LAW}第四十二条：不得超过限速标志标明的最高时速",
    ),
    Clause(
        "RTSL 43",
        "Who follows keeps a distance that suffices for emergency braking.",
        f"{_LAW}第四十三条：后车应当与前车保持足以采取紧急制动措施的安全距离",
    ),
    Clause(
        "RTSL 47",
        "Motor vehicles stop for pedestrians who are on a crossing.",
        f"{_LAW}第四十七条：遇行人正在通过人行横道，应当停车让行",
    ),
    Clause(
        "RTSL 53",
        "Others make way for police cars, fire engines and ambulances on urgent duty.",
        f"{_LAW}第五十三条：警车、消防车、救护车、工程救险车执行紧急任务时，其他车辆和行人应当让行",
    ),
    Clause(
        "IR 38",
        "Who turns right at a red light may go if that hinders no vehicle or pedestrian that has the way.",
        f"{_RULES}第三十八条：红灯亮时，右转弯的车辆在不妨碍被放行的车辆、行人通行的情况下，可以通行",
    ),
    Clause(
        "IR 38(1)",
        "At a green light turning vehicles do not hinder vehicles that go straight on and pedestrians.",
        f"{_RULES}第三十八条第（一）项：绿灯亮时，转弯的车辆不得妨碍被放行的直行车辆、行人通行",
    ),
    Clause(
        "IR 38(3)", "At a red light no vehicle may pass.", f"{_RULES}第三十八条第一款第（三）项：红灯亮时，禁止车辆通行"
    ),
    Clause(
        "IR 44",
        "Who changes lanes does not affect the vehicles that drive on the other lane.",
        f"{_RULES}第四十四条：变更车道的机动车不得影响相关车道内行驶的机动车的正常行驶",
    ),
    Clause(
        "IR 45",
        "Signed limits; without them 50 km/h in towns and 70 km/h on highways with one lane a direction.",
        f"{_RULES}第四十五条：不得超过限速标志、标线标明的速度；没有限速标志、标线的，按道路类型限速",
    ),
    Clause(
        "IR 46(2)",
        "No more than 30 km/h when turning.",
        f"{_RULES}第四十六条第（二）项：掉头、转弯时不得超过每小时30公里",
    ),
    Clause(
        "IR 51(5)",
        "At a stop signal vehicles stop before the stop line.",
        f"{_RULES}第五十一条第（五）项：遇停止信号时，依次停在停止线以外",
    ),
    Clause(
        "IR 52(3)",
        "At crossings without lights turning vehicles let those go first that go straight on.",
        f"{_RULES}第五十二条第（三）项：转弯的机动车让直行的车辆先行",
    ),
    Clause(
        "IR 78", "No more than 120 km/h on motorways.", f"{_RULES}第七十八条：高速公路最高车速不得超过每小时120公里"
    ),
    Clause(
        "IR 80",
        "On motorways 100 m to who is ahead above 100 km/h, and never less than 50 m below it.",
        f"{_RULES}第八十条：车速超过每小时100公里时，应当保持100米以上的距离；低于时最小距离不得少于50米",
    ),
    Clause(
        "IR 82(1)",
        "No reversing and no wrong way on motorways.",
        f"{_RULES}第八十二条第（一）项：高速公路上不得倒车、逆行",
    ),
    Clause(
        "IR 82(4)",
        "No driving or stopping on the emergency lane of motorways without an emergency.",
        f"{_RULES}第八十二条第（四）项：非紧急情况时不得在应急车道行驶或者停车",
    ),
)

CLAUSES = MappingProxyType({clause.code: clause for clause in _ALL})
"""All clauses by code."""
