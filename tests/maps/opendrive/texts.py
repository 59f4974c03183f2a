"""Small OpenDRIVE files as text."""

from pathlib import Path

__all__ = ["LANES", "LINE", "one_road", "write"]

LINE = '<geometry s="0" x="0" y="0" hdg="0" length="100"><line/></geometry>'
LANES = """<laneSection s="0">
<left><lane id="1" type="driving"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></left>
<center><lane id="0" type="none"/></center>
<right><lane id="-1" type="driving"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></right>
</laneSection>"""


def one_road(geometry: str = LINE, lanes: str = LANES, head: str = "", length: str = "100", rest: str = "") -> str:
    """A file with one road."""
    return f"""<?xml version="1.0"?>
<OpenDRIVE>
<header revMajor="1" revMinor="7">{head}</header>
<road id="7" name="Chang'an" length="{length}" junction="-1">
<planView>{geometry}</planView>
<lanes>{lanes}</lanes>
</road>
{rest}</OpenDRIVE>
"""


def write(folder: Path, text: str) -> Path:
    """The file, on disk."""
    path = folder / "map.xodr"
    path.write_text(text, encoding="utf-8")
    return path
