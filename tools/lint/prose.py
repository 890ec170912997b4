"""Checks the words of the project: comments, documentation and texts for people.

Fails when
- a file contains a retired word or phrase (tools/lint/retired.txt says what to write instead),
- a comment line is longer than 100 columns,
- a word of RATES is more frequent, per 1000 words of comments or of Markdown, than its limit.

Reads every file that git tracks, except third-party files and stored data.
"""

import re
import subprocess
import sys
from pathlib import Path

from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, String
from pygments.util import ClassNotFound

ROOT = Path(__file__).resolve().parents[2]
MAX_COLUMNS = 100

SKIPPED = re.compile(r"^(web/vendor/|tests/fixtures/|tools/lint/retired\.txt|LICENSE)|\.(lock|png|svg|ico|woff2)$|-lock\.json$")
LANGUAGES = {".rs", ".js", ".mjs", ".py", ".sh", ".lua", ".yaml", ".yml", ".toml", ".css"}

# Words that make a text vague when they are frequent, and their limit per 1000 words.
RATES = {
    "tell": (0.2, r"\b(?:tell|tells|told|telling)\b"),
    "ask": (0.3, r"\b(?:ask|asks|asked|asking)\b"),
    "keep": (0.4, r"\b(?:keep|keeps|kept|keeping)\b"),
    "whoever": (0.4, r"\b(?:whoever|somebody|nobody|anybody|everybody|whose)\b"),
    "opening What/Who/How/Whether": (1.4, r"(?m)\A\W*(?:What|Who|Whoever|How|Whether)\b"),
}


def tracked_files():
    """Yields the path and the text of each file that is checked."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    for name in sorted(set(listing.stdout.splitlines())):
        path = ROOT / name
        if path.is_file() and not SKIPPED.search(name):
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def comments(name, text):
    """Returns the comments of a source file as (line number, text); adjacent lines are one comment."""
    try:
        lexer = get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return []
    found, end = [], -1
    for offset, token, value in lexer.get_tokens_unprocessed(text):
        is_comment = token in Comment and token not in Comment.Preproc
        if not (is_comment or token in String.Doc) or value.startswith("#!/"):
            continue
        if found and end >= 0 and text[end:offset].strip() == "" and text[end:offset].count("\n") <= 1:
            found[-1][1] += text[end:offset] + value
        else:
            found.append([text.count("\n", 0, offset) + 1, value])
        end = offset + len(value.rstrip("\n"))
        if value.endswith("\n"):
            found[-1][1] = found[-1][1].rstrip("\n")
    return found


def plain(comment):
    """Removes comment signs, code spans and code blocks."""
    lines = [re.sub(r"^\s*(?:///?|//!|/\*+|\*+/?|#+|--|\"\"\")[ \t]?", "", line) for line in comment.split("\n")]
    return re.sub(r"```.*?```|`[^`]*`", "code", "\n".join(lines), flags=re.DOTALL)


def long_lines(name, comment, first):
    """Yields a fault for each comment line over the limit that can be wrapped."""
    for number, line in enumerate(comment.split("\n"), first):
        cannot_wrap = "|" in line or "://" in line or " " not in line.strip(" /!#")
        if len(line) > MAX_COLUMNS and not cannot_wrap:
            yield f"{name}:{number}: comment line of {len(line)} columns; the limit is {MAX_COLUMNS}"


def retired_words():
    """Reads the retired patterns and their replacements."""
    for line in (ROOT / "tools/lint/retired.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            pattern, better = (field.strip() for field in line.split("=>"))
            yield re.compile(re.sub(r"^\(\?i\)(.*)$", r"(?i:\1)", pattern)), better


def rates(kind, texts):
    """Yields a fault for each word of RATES over its limit, and prints the figures."""
    words = sum(len(re.findall(r"[A-Za-z][A-Za-z'’-]*", text)) for text in texts)
    for word, (limit, pattern) in RATES.items():
        count = sum(len(re.findall(pattern, text, re.IGNORECASE if word.islower() else 0)) for text in texts)
        rate = 1000 * count / max(words, 1)
        print(f"{kind}: {word}: {count} in {words} words, {rate:.2f} per 1000 (limit {limit})")
        if rate > limit:
            yield f"{kind}: {word!r} is {rate:.2f} per 1000 words; the limit is {limit}"


def main():
    """Checks all files; prints faults and returns the exit status."""
    faults, retired = [], list(retired_words())
    any_retired = re.compile("|".join(pattern.pattern for pattern, _ in retired))
    source, markdown = [], []
    for name, text in tracked_files():
        for found in any_retired.finditer(text):
            better = next(better for pattern, better in retired if pattern.match(text, found.start()))
            faults.append(f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group(0)!r}: {better}")
        suffix = Path(name).suffix
        if suffix == ".md":
            markdown.extend(re.sub(r"```.*?```|`[^`]*`", "code", text, flags=re.DOTALL).split("\n\n"))
        elif suffix in LANGUAGES or Path(name).name == "Makefile":
            for first, comment in comments(name, text):
                source.extend(plain(comment).split("\n\n"))
                faults.extend(long_lines(name, comment, first))
    faults.extend(rates("comments", source))
    faults.extend(rates("Markdown", markdown))
    print("\n".join(faults) or "prose: no faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
