"""Prints what the program costs: time, memory and size. Nothing here is asserted; machines differ."""

import pathlib
import subprocess
import tempfile
import time

from world import PROGRAM, ROOT, Daemon, Town, Web, rss, until


def seconds(command, **options):
    """The median wall time of five runs."""
    times = []
    for _ in range(5):
        start = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, **options)
        times.append(time.monotonic() - start)
    return sorted(times)[2]


def main():
    rows = [("release binary", f"{PROGRAM.stat().st_size / 2**20:.1f} MiB", "under 25 MiB")]
    rows.append(("check", f"{seconds([PROGRAM, 'check'], cwd=ROOT) * 1000:.0f} ms", "under 50 ms"))
    with tempfile.TemporaryDirectory() as directory:
        rows.append(("demo", f"{seconds([PROGRAM, 'demo'], cwd=directory):.1f} s", "under 15 s"))
    town, web = Town(), Web()
    web.pages["/een"] = rss("Een", *[(str(n), f"Weer raak {n}", "Vannacht ingebroken in de Molenbuurt", n) for n in range(90)])
    town.settings()
    town.sources(*[{"id": f"bron-{n}", "url": web.url(f"/een?{n}")} for n in range(6)])
    for n in range(6):
        web.pages[f"/een?{n}"] = web.pages["/een"]
    town.recipients()
    daemon = Daemon(town).ready()
    until(lambda: len(web.requests) >= 7, 20, "all sources visited")
    time.sleep(1)
    rows.append(("run, resident", f"{daemon.memory_mib():.0f} MiB", "under 40 MiB"))
    daemon.stop()
    web.stop()
    town.remove()
    for name, figure, bound in rows:
        print(f"{name:<16} {figure:>10}   ({bound})")


if __name__ == "__main__":
    main()
