"""What must hold for every package: light imports, true `__all__`, files that a reader can hold in the head."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["jing_maps", "jing_edge_runtime", "jing_sim", "jing_scenarios", "jing_agents", "jing_citybrain", "jing_cli"]
HEAVY = {"torch", "ray", "carla", "pydeck", "geopandas", "matplotlib", "onnx", "onnxruntime", "libsumo"}
JUNK_DRAWERS = {"utils.py", "helpers.py", "common.py", "base.py", "misc.py"}


def _sources() -> list[Path]:
    return [path for name in PACKAGES for path in ROOT.glob(f"*/{name}/**/*.py")]


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    code = f"import sys, {package}; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_names_what_it_exports(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__doc__
    exported = list(getattr(module, "__all__", []))
    assert exported == sorted(exported)
    assert all(hasattr(module, name) for name in exported)


def test_no_file_is_a_junk_drawer_or_longer_than_400_lines() -> None:
    sources = _sources()
    assert len(sources) > 20
    assert not [path for path in sources if path.name in JUNK_DRAWERS]
    assert not [path for path in sources if path.read_text(encoding="utf-8").count("\n") > 400]


def test_every_public_module_has_a_docstring_and_lists_its_names() -> None:
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        assert text.lstrip().startswith('"""'), path
        if path.name != "__init__.py":
            assert "__all__" in text, path
