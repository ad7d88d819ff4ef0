"""The documentation names only what exists. Run: ./dev docs"""

import pathlib
import re
import subprocess
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "docs/coverage.md"
ID = r"\b(?:M11|A13|W17|F18|P18|T05|X)-\d{2}\b"


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *patterns],
                         cwd=ROOT, check=True, capture_output=True).stdout
    return [name for name in out.decode().split("\0") if name and (ROOT / name).is_file()]


def prose(path):
    """The page without its code blocks, so that examples are not taken for links."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"```.*?```", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)


def anchors(path):
    """Anchors of headings as Git hosts make them."""
    out = set()
    for heading in re.findall(r"^#+ +(.*)$", prose(path), flags=re.M):
        text = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
        out.add(text.replace(" ", "-"))
    return out


def rows():
    """Rows of the coverage tables: (IDs of the first cell, all cells)."""
    for line in prose(COVERAGE).split("\n"):
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            ids = re.findall(ID, cells[0])
            if ids:
                yield ids, cells


def names(text):
    return re.findall(r"`((?:src|apps|tests|rules|docs|tools|bench|fuzz|cmake)/[^`\s]*)`", text)


class Docs(unittest.TestCase):
    def fail_with(self, found):
        if found:
            self.fail(f"{len(found)} found:\n  " + "\n  ".join(found))

    def test_links_lead_somewhere(self):
        found = []
        for page in tracked("*.md"):
            for target in re.findall(r"\]\(([^)\s]+)\)", prose(ROOT / page)):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = urllib.parse.unquote(target).partition("#")
                file = (ROOT / page).parent / path if path else ROOT / page
                if not file.exists():
                    found.append(f"{page}: {target} does not exist")
                elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                    found.append(f"{page}: {target}: no such heading")
        self.fail_with(found)

    def test_named_files_exist(self):
        found = []
        for page in tracked("*.md"):
            for name in names(prose(ROOT / page)):
                path = re.sub(r":\d+$", "", name)
                if re.search(r"[*<>{}…]|NAME|FILE|PROGRAM|\.\.\.", path):
                    continue
                if path.startswith("bench/results/"):
                    continue  # made by ./dev bench
                if not (ROOT / path).exists():
                    found.append(f"{page}: `{name}` does not exist")
        self.fail_with(found)

    def test_covered_requirements_are_cited_where_the_table_says(self):
        found = []
        for ids, cells in rows():
            files = [ROOT / name for name in names(" ".join(cells[1:]))]
            if not files:
                continue  # a row that says what is missing
            text = ""
            for file in files:
                parts = [file] if file.is_file() else [p for p in file.rglob("*") if p.is_file()]
                for part in parts:
                    text += part.read_text(encoding="utf-8", errors="replace")
            found += [f"{id}: none of the named files cites it" for id in ids if id not in text]
        self.fail_with(found)

    def test_requirements_cited_in_code_are_in_the_table(self):
        listed = {id for ids, _ in rows() for id in ids}
        # Ranges: "A13-01 ... A13-12" in the first cell lists both ends and all between.
        for line in prose(COVERAGE).split("\n"):
            for prefix, first, last in re.findall(r"\b([A-Z]+\d\d)-(\d\d) (?:to|…) \1-(\d\d)", line):
                listed |= {f"{prefix}-{n:02}" for n in range(int(first), int(last) + 1)}
        cited = {}
        for name in tracked("src", "apps", "rules", "tests"):
            if name.endswith((".cc", ".h", ".json", ".case", ".py")):
                text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
                for id in re.findall(ID, text):
                    cited.setdefault(id, name)
        self.fail_with([f"{id}, cited in {name}, is not in docs/coverage.md"
                        for id, name in sorted(cited.items()) if id not in listed])


if __name__ == "__main__":
    unittest.main()
