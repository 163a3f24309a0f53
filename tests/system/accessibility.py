#!/usr/bin/env python3
"""Every page and mail of luisterpost, looked at by axe-core (WCAG 2.2 AA) in headless Chromium.

    accessibility.py PROGRAM

Light on a narrow window and dark on a wide one. axe-core comes from the wheel that carries it; it is
fetched once, into target/. Prints a line for each page and fails on any violation, on a page that asks
for anything from elsewhere, and on one that must be scrolled sideways.
"""

import base64
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / "target" / "axe"
WHEEL = "axe-core-python==0.1.0"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [("light", 320, 1), ("dark", 1100, 0)]

LOOK = """
<script>{axe}</script>
<script>
axe.run(document, {{runOnly: {rules}}}).then(found => {{
  const told = found.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 160)]);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  parent.postMessage(btoa(unescape(encodeURIComponent(JSON.stringify([told, wide, found.passes.length])))), '*');
}});
</script>
"""

# A window of Chromium is never narrower than 500 pixels, so the page stands in a frame.
FRAME = """<!doctype html>
<script>onmessage = told => document.documentElement.innerHTML = "<body>@@" + told.data + "@@"</script>
<iframe style="width:{width}px;height:2900px;border:0" srcdoc="{page}"></iframe>
"""


def axe():
    """The text of axe-core."""
    if not list(AXE.glob("*.whl")):
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", WHEEL, "--dest", AXE]
        subprocess.run(fetch, check=True)
    with zipfile.ZipFile(next(AXE.glob("*.whl"))) as wheel:
        return wheel.read("axe_core_python/axe.min.js").decode()


def pages(program, work):
    """Name and HTML of each page."""
    for snapshot in sorted((ROOT / "tests/it/snapshots").glob("*-html.snap")):
        name = snapshot.name.removeprefix("it__mail__").removesuffix("-html.snap")
        yield f"mail {name}", snapshot.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    town = work / "demo"
    subprocess.run([program, "demo", "--directory", town], check=True, stdout=subprocess.DEVNULL)
    report = work / "rapport.html"
    places = ["--config", town / "config", "--keywords", town / "keywords", "--state", town / "state"]
    subprocess.run([program, "report", "--html", report, *places], check=True, stdout=subprocess.DEVNULL)
    for page in [*sorted(town.glob("*.html")), report]:
        yield f"page {page.name}", page.read_text(encoding="utf-8")
    for paper in sorted((ROOT / "docs/voorbeeld-papieren").glob("*.html")):
        yield f"paper {paper.name}", paper.read_text(encoding="utf-8")


def looked_at(page, script, work, look):
    """Violations, pixels that stick out sideways, and rules that held."""
    scheme, width, blink = look
    at = page.rindex("</body>")
    inner = page[:at] + script + page[at:]
    path = work / "page.html"
    path.write_text(FRAME.format(width=width, page=html.escape(inner)), encoding="utf-8")
    command = [
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom", "--hide-scrollbars",
        "--window-size=1200,3000", f"--blink-settings=preferredColorScheme={blink}",
        f"--user-data-dir={work / 'profile'}", "--virtual-time-budget=20000", path.as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    found = re.search(r"@@(.*?)@@", shown)
    if found is None:
        sys.exit(f"axe-core gave no answer ({scheme})")
    return json.loads(base64.b64decode(html.unescape(found[1])))


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        script = LOOK.format(axe=axe().replace("</script>", "<\\/script>"), rules=json.dumps(RULES))
        for name, page in pages(program, work):
            foreign = re.findall(r"(?:src|href)=[\"']?(https?://[^\"' >]+)", re.sub(r"<a [^>]*>", "", page))
            told = []
            for look in LOOKS:
                violations, wide, held = looked_at(page, script, work, look)
                told += [f"{look[0]}: {rule} ({nodes}): {node}" for rule, nodes, node in violations]
                if wide > 0:
                    told.append(f"{look[0]}: {wide} pixels too wide for {look[1]}")
            told += [f"asks for {address}" for address in foreign]
            wrong += len(told)
            print(f"{'wrong' if told else 'well ':5}  {held:3} rules held  {name}")
            for line in told:
                print(f"         {line}")
    sys.exit(1 if wrong else 0)


main()
