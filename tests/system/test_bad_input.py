"""What a wrong world does to luisterpost: a clear message, and nothing lost."""

import os
import subprocess
import unittest

from world import PROGRAM, Town, Web, rss

BREAK_IN = "Vannacht is er ingebroken bij de buren in de Molenbuurt."


class BadInput(unittest.TestCase):
    def setUp(self):
        self.town, self.web = Town(), Web()
        self.web.pages["/een"] = rss("Een", ("1", "Weer raak", BREAK_IN, 30))
        self.town.settings()
        self.town.sources({"id": "een", "url": self.web.url("/een")})
        self.town.recipients()

    def tearDown(self):
        self.web.stop()
        self.town.remove()

    def test_no_configuration_says_what_to_do(self):
        done = subprocess.run([PROGRAM, "check"], cwd="/", env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("luisterpost init", done.stderr)

    def test_all_mistakes_come_at_once_with_file_and_line(self):
        (self.town.config / "sources.toml").write_text(
            '[[source]]\nid = "een"\nname = "Een"\nkind = "fed"\nurl = "ftp://een.example/"\nvoice = "residents"\nscope = "local"\n'
            '[[source]]\nid = "een"\nnaam = "Twee"\nkind = "feed"\nurl = "https://twee.example/"\nvoice = "residents"\nscope = "local"\n')
        (self.town.keywords / "woninginbraak.toml").write_text('title = "Woninginbraak"\nstrong = "in*"\n')
        _, err = self.town.run("check", code=2)
        for expected in ("sources.toml:4:", "sources.toml:5:", "sources.toml:9:", "sources.toml:10:", "feed", "woninginbraak.toml", "purpose", "retention_days"):
            self.assertIn(expected, err)

    def test_a_file_in_another_encoding_is_named(self):
        (self.town.config / "recipients.toml").write_bytes('# beëindigd\n'.encode("latin-1"))
        _, err = self.town.run("check", code=2)
        self.assertIn("recipients.toml:1", err)
        self.assertIn("UTF-8", err)

    def test_a_failing_example_stops_check(self):
        theme = self.town.keywords / "woninginbraak.toml"
        theme.write_text(theme.read_text().replace("hit = true", "hit = false", 1))
        _, err = self.town.run("check", code=2)
        self.assertIn("woninginbraak.toml:", err)

    def test_a_database_that_others_may_read_or_that_is_no_database_is_refused(self):
        self.town.run("poll", "--all")
        database = self.town.state / "luisterpost.db"
        self.assertEqual(database.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.town.state.stat().st_mode & 0o777, 0o700)
        for extra in self.town.state.glob("luisterpost.db-*"):
            extra.unlink()
        database.write_bytes(b"dit is geen database" * 100)
        _, err = self.town.run("status", code=1)
        self.assertIn("luisterpost.db", err)

    def test_a_state_directory_of_somebody_else_is_refused(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to give a directory away")
        self.town.state.mkdir()
        os.chown(self.town.state, 65534, 65534)
        _, err = self.town.run("poll", "--all", code=1)
        self.assertIn("state", err)

    def test_a_source_that_changed_its_id_loses_and_repeats_nothing(self):
        self.town.run("poll", "--all")
        self.town.run("digest")
        self.town.sources({"id": "anders", "url": self.web.url("/een")})
        self.town.run("poll", "--all")
        before = len(list((self.town.state / "outbox").glob("*.eml")))
        out, _ = self.town.run("digest", "--preview")
        self.assertNotIn("Molenbuurt", out)
        self.assertEqual(before, 1)

    def test_a_full_disk_is_said_and_loses_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small disk")
        self.town.state.mkdir(mode=0o700)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=384k,mode=0700", "tmpfs", self.town.state], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("cannot mount here")
        try:
            long = " ".join(["ingebroken bij de buren"] * 9)
            self.web.pages["/een"] = rss("Een", *[(str(n), f"Weer raak {n}", long, 30) for n in range(900)])
            _, err = self.town.run("poll", "--all", code=1)
            self.assertRegex(err.lower(), "schijf|vol")
            subprocess.run(["mount", "-o", "remount,size=64m", self.town.state], check=True)
            self.town.run("poll", "--all")
            out, _ = self.town.run("digest", "--preview")
            self.assertIn("900", out)
        finally:
            subprocess.run(["umount", self.town.state], check=True)

    def test_hostile_documents_are_failures_with_a_reason_or_are_read(self):
        deep = b"<rss version='2.0'><channel><item><title>x</title><description>" + b"&lt;div&gt;" * 200_000 + b"</description></item></channel></rss>"
        pages = {
            "leeg": b"",
            "html": b"<!doctype html><html><body>Aanmelden</body></html>",
            "diep": deep,
            "afgebroken": rss("Af", ("1", "Weer raak", BREAK_IN, 30), ("2", "Rest", BREAK_IN, 30))[:-60],
            "ampersand": rss("Amp", ("1", "Jansen & Zn ingebroken", BREAK_IN, 30)),
            "latin": rss("Latin", ("1", "Één inbraak", BREAK_IN, 30)).decode().encode("latin-1"),
            "toekomst": rss("Later", ("1", "Weer raak", BREAK_IN, -60 * 24 * 365 * 70)),
        }
        for name, page in pages.items():
            self.web.pages[f"/{name}"] = page
        self.town.sources(*[{"id": name, "url": self.web.url(f"/{name}")} for name in pages])
        _, err = self.town.run("poll", "--all", code=1)
        for name in ("leeg", "html"):
            self.assertIn(name, err)
        for name in ("diep", "afgebroken", "ampersand", "latin", "toekomst"):
            self.assertNotIn(name, err)
        out, _ = self.town.run("digest", "--preview")
        self.assertIn("Één *inbraak*", out)
        self.assertNotIn("2096", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
