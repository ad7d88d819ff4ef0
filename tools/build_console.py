"""Builds web/ with Node and packs the result into one file for the program.

    build_console.py ARCHIVE [--off]
    build_console.py --check

The build system runs this when a source of web/ changed. npm is only called when it must be: `npm
ci` when package-lock.json is another one than was installed, `npm run build` when the sources are
others than web/dist was made of. Whatever is missing (web/ itself, Node, a package index), the
archive is made all the same, with a page that says so, and the build goes on. --off packs that page
without a try. A mistake in the sources of web/ ends the build, as one in C++ does.

--check: style and unit tests of the console (`./dev test`); code 3 when it could not be built here.

The archive: a line with the length of the index, the index (JSON: path, type, digest, where the
bytes lie, plain and with gzip), the bytes.
"""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
DIST = WEB / "dist"
STAMP = ".made-of"
NEEDED = (20, 19)
# The rest of web/ is no source: what was installed, what was built.
FOLDERS = ("public", "scripts", "src")
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".map": "application/json", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".ico": "image/x-icon",
    ".woff2": "font/woff2", ".woff": "font/woff", ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json", ".wasm": "application/wasm",
}
NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Tocsin 警钟</title></head>
<body><main><h1>控制台未编入本程序</h1>
<p>编译时缺少 Node.js 20.19 或更新版本，或无法取得所需的软件包。请运行 ./dev setup 后重新编译；命令行与接口不受影响。</p>
<h1 lang="en">The console was not built into this program</h1>
<p lang="en">Node.js 20.19 or newer, or the packages it needs, could not be had. Run ./dev setup and build
again; the command line and the interface work without it.</p></main></body></html>
"""


class NotBuilt(Exception):
    """Why there is no console; told to whoever builds."""


def sources():
    files = [p for p in WEB.iterdir() if p.is_file()]
    for folder in FOLDERS:
        files += [p for p in (WEB / folder).rglob("*") if p.is_file()]
    return sorted(files)


def digest_of(files):
    all_of_them = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        all_of_them.update(f"{path.relative_to(WEB)} {len(content)}\n".encode() + content)
    return all_of_them.hexdigest()


def is_stamped(folder, digest):
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text() == digest


def node_folder():
    """Where a node that is new enough and its npm lie: the system's, else that of build/venv."""
    for folder in (None, ROOT / "build" / "venv" / "bin"):
        path = None if folder is None else str(folder)
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if not node or not npm:
            continue
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        version = told.stdout.strip().lstrip("v").split(".")
        if len(version) == 3 and (int(version[0]), int(version[1])) >= NEEDED:
            return os.path.dirname(node)
    raise NotBuilt("there is no Node.js 20.19 or newer: run ./dev setup")


def npm(folder, *words):
    """What it printed, and whether it went well."""
    around = dict(os.environ, PATH=folder + os.pathsep + os.environ["PATH"], CI="1")
    done = subprocess.run([os.path.join(folder, "npm"), *words], cwd=WEB, env=around, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout, done.returncode == 0


def build():
    """Makes web/dist what the sources say."""
    if not (WEB / "package.json").is_file():
        raise NotBuilt("there is no web/")
    made_of = digest_of(sources())
    if is_stamped(DIST, made_of):
        return
    folder = node_folder()
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if not is_stamped(WEB / "node_modules", lock):
        said, well = npm(folder, "ci", "--no-audit", "--no-fund", "--fetch-retries=1")
        if not well:
            raise NotBuilt(f"npm ci failed:\n{said[:2000]}")
        (WEB / "node_modules" / STAMP).write_text(lock)
    said, well = npm(folder, "run", "build")
    if not well:
        sys.exit(f"console: error: npm run build failed:\n{said}")
    (DIST / STAMP).write_text(made_of)


def check():
    """Style and unit tests; what they say goes to the screen."""
    try:
        build()
    except NotBuilt as why:
        print(f"console: {why}", file=sys.stderr)
        return 3
    folder = node_folder()
    all_well = True
    for words in (("run", "lint"), ("test",)):
        said, well = npm(folder, *words)
        print(said)
        all_well = all_well and well
    return 0 if all_well else 1


def archive_of(files):
    """The bytes of the archive; `files` is [(path, content)]."""
    index, data = [], bytearray()
    for path, content in files:
        packed = gzip.compress(content, 9, mtime=0)
        entry = {"path": path, "type": TYPES.get(os.path.splitext(path)[1], "application/octet-stream"),
                 "digest": hashlib.sha256(content).hexdigest()[:32],
                 "plain": [len(data), len(content)]}
        data += content
        if len(packed) < len(content):
            entry["gzip"] = [len(data), len(packed)]
            data += packed
        index.append(entry)
    head = json.dumps(index, separators=(",", ":")).encode()
    return str(len(head)).encode() + b"\n" + head + bytes(data)


def main(archive, off):
    files = [("index.html", NOT_BUILT.encode())]
    missing = pathlib.Path(archive + ".missing")
    missing.unlink(missing_ok=True)
    if not off:
        try:
            build()
            files = [(str(p.relative_to(DIST)), p.read_bytes()) for p in sorted(DIST.rglob("*"))
                     if p.is_file() and p.name != STAMP]
        except NotBuilt as why:
            missing.write_text(str(why))
            line = "=" * 78
            print(f"{line}\nTHE CONSOLE IS NOT BUILT 控制台未编译：{why}\n"
                  f"The program says so at /console/; everything else is whole.\n{line}",
                  file=sys.stderr)
    with open(archive, "wb") as f:
        f.write(archive_of(files))


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(check())
    main(sys.argv[1], "--off" in sys.argv[2:])
