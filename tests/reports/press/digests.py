"""Print the digest of every file of one release: run in a process of its own, on a machine set up otherwise."""

import hashlib
import json
import locale

from reports.press import image, markup, notice, release_workbook
from tests.reports.press.releases import PICTURE

WRITERS = {
    "docx": markup.docx,
    "pdf": notice.pdf,
    "xlsx": release_workbook.xlsx,
    "html": markup.html,
    "png": image.png,
}


def digests() -> dict[str, str]:
    return {name: hashlib.sha256(write(PICTURE)).hexdigest() for name, write in WRITERS.items()}


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    print(json.dumps(digests()))  # noqa: T201
