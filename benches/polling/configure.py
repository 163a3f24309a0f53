#!/usr/bin/env python3
"""A configuration for measuring whole polling cycles: one feed source for each address in a file.

    configure.py ADDRESSES DIR [KEYWORDS]

Writes DIR/config and, when KEYWORDS is given, DIR/keywords as a link to it. The gaps between
requests are zero and loopback addresses are allowed; all else is as shipped.
"""

import os
import pathlib
import sys

SETTINGS = """\
[organisation]
municipality = "Lindemeer"
contact      = "luisterpost@lindemeer.example"
explanation  = "https://www.lindemeer.example/luisterpost"
operator     = "beheer@lindemeer.example"

[fetch]
min_gap       = "0s"
parallel      = 64
allow_private = ["127.0.0.0/8"]

[mail]
via       = "directory"
from      = "Luisterpost <luisterpost@lindemeer.example>"
allowed_domains = ["lindemeer.example"]
"""

SOURCE = """\
[[source]]
id       = "feed-{number}"
name     = "Feed {number}"
kind     = "feed"
url      = "{url}"
voice    = "residents"
scope    = "local"
reviewed = 2026-11-01

"""

RECIPIENT = """\
[[recipient]]
name    = "Team Veiligheid"
address = "veiligheid@lindemeer.example"
themes  = ["*"]
"""


def main():
    addresses, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shipped = pathlib.Path(__file__).resolve().parents[2]
    keywords = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else shipped / "keywords"
    config = folder / "config"
    config.mkdir(parents=True)
    urls = pathlib.Path(addresses).read_text(encoding="utf-8").split()
    sources = "".join(SOURCE.format(number=number, url=url) for number, url in enumerate(urls))
    (config / "luisterpost.toml").write_text(SETTINGS, encoding="utf-8")
    (config / "sources.toml").write_text(sources, encoding="utf-8")
    (config / "recipients.toml").write_text(RECIPIENT, encoding="utf-8")
    (config / "places.csv").write_bytes((shipped / "config" / "places.csv").read_bytes())
    os.symlink(keywords.resolve(), folder / "keywords")


main()
