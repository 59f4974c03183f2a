import importlib.util
from pathlib import Path

import pytest

from jing_maps.errors import MapFormatError, MissingExtraError
from jing_maps.sumo.netconvert import find_netconvert, run_netconvert

needs_netconvert = pytest.mark.skipif(importlib.util.find_spec("sumo") is None, reason="needs the extra sumo")


def test_without_sumo_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingExtraError, match=r"jingsim\[sumo\]"):
        find_netconvert()


@needs_netconvert
def test_errors_of_netconvert_name_the_file_and_its_line(tmp_path: Path) -> None:
    nodes = tmp_path / "broken.nod.xml"
    nodes.write_text('<nodes>\n<node id="a" x="0" y="0"/>\n<node id=</nodes>', encoding="utf-8")
    with pytest.raises(MapFormatError, match=r"broken\.nod\.xml:[34]: netconvert ended with code 1"):
        run_netconvert(["--node-files", str(nodes), "--edge-files", str(nodes)], nodes)
