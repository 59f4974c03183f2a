"""Catalogs: where a scenario looks for them, and the entries that its references name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jing_scenarios.openscenario.document import Document, read_document
from jing_scenarios.openscenario.findings import nearest, one_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place
from jing_scenarios.openscenario.xml_tree import parse_file

__all__ = ["Catalog", "Catalogs", "catalog_name", "load_catalog"]


@dataclass(frozen=True)
class Catalog:
    """A catalog file: its entries by name (the first of each name), unresolved, and the warnings about it."""

    path: Path
    name: str
    document: Document
    entries: dict[str, Node]
    warnings: tuple[str, ...]


def load_catalog(path: str | Path) -> Catalog:
    """A catalog file, checked against the version it declares; raises OpenScenarioError."""
    path = Path(path)
    document = read_document(path)
    node = document.root.find("Catalog")
    if node is None:
        has = document.root.children[-1].tag
        raise OpenScenarioError(f"{document.root.place}: the file holds {has}; a Catalog is right here")
    entries: dict[str, Node] = {}
    warnings = list(document.warnings)
    for entry in node:
        first = entries.setdefault(entry.string("name"), entry)
        if first is not entry:
            warnings.append(f"{entry.place}: {entry.tag} {entry.string('name')!r} is there already: {first.place}")
    return Catalog(path, node.string("name", path.stem), document, entries, tuple(warnings))


@dataclass
class Catalogs:
    """The catalogs that a scenario can see: directories by the element of CatalogLocations that names them."""

    directories: list[tuple[Path, Place]] = field(default_factory=list)

    def entry(self, catalog: str, entry: str, place: Place) -> tuple[Catalog, Node]:
        """The entry of this name with its catalog; raises OpenScenarioError, at the place of the reference."""
        found = self._catalog(catalog, place)
        node = found.entries.get(entry)
        if node is None:
            cure = nearest(entry, found.entries)
            raise OpenScenarioError(f"{place}: catalog {catalog!r} ({found.path}) has no entry {entry!r}; {cure}")
        return found, node

    def _catalog(self, name: str, place: Place) -> Catalog:
        """The catalog with this name; where none says so of itself, the file that is called so."""
        named_so = None
        for path in self._files():
            said = catalog_name(path)
            if said == name:
                return load_catalog(path)
            if path.stem == name and said is not None:
                named_so = path
        if named_so is not None:
            return load_catalog(named_so)
        raise OpenScenarioError(f"{place}: no catalog {name!r}; {self._cure(name)}")

    def _files(self) -> Iterator[Path]:
        for directory in dict.fromkeys(path for path, _ in self.directories):
            if directory.is_file():
                yield directory
            elif directory.is_dir():
                yield from sorted(directory.glob("*.xosc"))

    def _cure(self, name: str) -> str:
        if not self.directories:
            return "CatalogLocations names no directory"
        missing = [f"{path} ({place})" for path, place in self.directories if not path.exists()]
        if missing:
            return f"there is no directory {one_of(missing)}"
        known = [said for said in map(catalog_name, self._files()) if said]
        return (
            nearest(name, known) if known else f"no catalogs in {one_of([str(path) for path, _ in self.directories])}"
        )


def catalog_name(path: Path) -> str | None:
    """What a catalog file calls itself; None for other files."""
    try:
        state = path.stat()
    except OSError:
        return None
    return _name(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _name(path: Path, _changed_ns: int, _size: int) -> str | None:
    try:
        node = parse_file(path).find("Catalog")
    except OpenScenarioError:
        return None
    return None if node is None else node.string("name", path.stem)
