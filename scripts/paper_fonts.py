"""Cut the letters of printed papers out of the variable ones of the pages: one file for each weight that is printed.

WeasyPrint would do it anew for every paper, which is a third of the time of a short letter. Run this again
after a change of the fonts or of the weights in `paper.css`.
"""

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
FAMILIES = ("source-sans-3", "brygada-1918")
ALPHABETS = ("latin", "latin-ext")
WEIGHTS = (400, 600)


def main() -> None:
    """Write the files beside the variable ones."""
    for family in FAMILIES:
        for alphabet in ALPHABETS:
            for weight in WEIGHTS:
                font = TTFont(FONTS / f"{family}-{alphabet}-wght-normal.woff2", recalcTimestamp=False)
                static = instantiateVariableFont(font, {"wght": weight}, static=True)
                static.flavor = "woff2"
                static.save(FONTS / f"{family}-{alphabet}-{weight}.woff2")


if __name__ == "__main__":
    main()
