"""Every sentence on screen is plain and has at most 20 words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_WORDS = 20
FOLDERS = ("pages", "service", "charts", "metrics", "reports", "access")
# Words that no screen has, by `screens.md` and the words for screens in `names.md`.
BANNED = re.compile(
    r"we say what|it shares with|not counted by candour|to copy whole|it tells|stands for its own day|"
    r"\ba revision: planned|could have protected|stands out|chance alone puts|in which chance|"
    r"chance hardly ever|says nothing of|chances in ten|as likely as not|whose tenth working day|"
    r"happened since|of earlier days and recorded since|cannot be judged from the register|"
    r"finding no failure in|should hold it|has passed its day|to be looked at again|as it is to be said|"
    r"\btold\b|held against|take away|taken away|as known then|sent on\b|where to look|"
    r"\bheld back\b|of the recent number|by chance, in at most|said of\b",
    re.IGNORECASE,
)
# Modules that another change rewrites.
NOT_READ_YET: frozenset[str] = frozenset()
# Texts of others, by their beginning: statutory words and what the terms of reference quote.
QUOTED: tuple[str, ...] = ()


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each text of a module, an f-string with "5" for what it fills in, and docstrings left out."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    docstrings |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(tree):
        if id(node) in docstrings | inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(value.value) if isinstance(value, ast.Constant) else "5" for value in node.values
                ),
            )


def sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=[.!?])\s+|\n+|(?<=[.!?])$", text)


def words(sentence: str) -> int:
    return len([word for word in sentence.split() if re.search(r"\w", word)])


def is_prose(text: str) -> bool:
    return " " in text.strip() and not re.search(
        r"[{}<>=]|SELECT |CREATE |\\[bds(]|\(\?|text/",
        text.replace("{cases}", "").replace("{Cases}", "").replace("{case}", ""),
    )


def faults(texts):
    for text in texts:
        for sentence in sentences(text):
            if words(sentence) > MOST_WORDS:
                yield f"{words(sentence)} words: {sentence}"
            if found := BANNED.search(sentence):
                yield f"“{found.group()}”: {sentence}"


if __name__ == "__main__":
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, text in literals(path):
                if is_prose(text):
                    for fault in faults([text]):
                        print(f"{path.relative_to(ROOT)}:{line}: {fault}")
