"""The main job from outside: feeds are published, luisterpost runs, a mail arrives that tells the truth."""

import datetime
import json
import re
import signal
import unittest
import zoneinfo
from html import unescape

from world import CORPUS, Daemon, Relay, Town, Web, rss, until

BREAK_IN = "Vannacht is er ingebroken bij de buren in de Molenbuurt, bel 06-12345678 als je iets zag."
CHATTER = "Sorry dat ik even mag inbreken in dit gesprek, maar de rozijnenvlaai was heerlijk."
LATER = "Inbraak aan de Brinkstraat, de achterdeur is geforceerd."


def local_minute(seconds_ahead):
    """A local time `HH:MM` at least that many seconds from now, and when that is."""
    zone = zoneinfo.ZoneInfo("Europe/Amsterdam")
    moment = datetime.datetime.now(zone) + datetime.timedelta(seconds=seconds_ahead + 59)
    moment = moment.replace(second=0, microsecond=0)
    return moment.strftime("%H:%M"), moment


class MainJob(unittest.TestCase):
    def setUp(self):
        self.town, self.web = Town(), Web()
        self.relay = Relay(self.town.directory)
        self.daemons = []

    def tearDown(self):
        for daemon in self.daemons:
            daemon.stop()
        self.relay.stop()
        self.web.stop()
        self.town.remove()

    def start(self):
        daemon = Daemon(self.town)
        self.daemons.append(daemon)
        return daemon.ready()

    def log(self):
        return (self.town.directory / "log").read_text()

    def test_what_is_published_arrives_once_and_is_explained(self):
        self.web.pages["/wijkkrant"] = rss("Wijkkrant", ("1", "Weer raak", BREAK_IN, 30), ("2", "Taart", CHATTER, 20))
        self.web.pages["/onderhoud"] = b"<!doctype html><html><title>Onderhoud</title><body>Even geduld</body></html>"
        sources = [
            {"id": "wijkkrant", "name": "Wijkkrant Oost", "url": self.web.url("/wijkkrant")},
            {"id": "onderhoud", "name": "Dorpsnieuws", "url": self.web.url("/onderhoud")},
        ]
        documents = sorted((CORPUS / "gofeed" / "files").rglob("*.xml"))[:40] if CORPUS.exists() else []
        for number, document in enumerate(documents):
            self.web.pages[f"/document/{number}"] = document.read_bytes()
            sources.append({"id": f"document-{number}", "url": self.web.url(f"/document/{number}")})
        at, moment = local_minute(15)
        self.town.settings(self.relay, at=at)
        self.town.sources(*sources)
        self.town.recipients(
            {"name": "Team Veiligheid", "address": "veiligheid@lindemeer.example"},
            {"name": "Team Fraude", "address": "fraude@lindemeer.example", "themes": ["oplichting"], "empty": False},
        )
        daemon = self.start()
        until(lambda: self.web.count("/wijkkrant") and self.web.count("/onderhoud"), 20, "both sources visited")
        # Robots come first, and every request says who asks.
        self.assertEqual(self.web.requests[0][0], "/robots.txt")
        for _, headers in self.web.requests:
            agent = {name.lower(): value for name, value in headers.items()}["user-agent"]
            self.assertIn("luisterpost/", agent)
            self.assertIn("https://www.lindemeer.example/luisterpost", agent)
        wait = (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        until(self.relay.messages, wait + 30, "the overview")

        (message,) = self.relay.messages()
        self.assertEqual(self.relay.envelopes[0][1], ["veiligheid@lindemeer.example"])
        self.assertRegex(message["Subject"], r"^Luisterpost Lindemeer, \w\w \d+ \w+: 1 treffer, 1 thema$")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        for part in (text, unescape(html)):
            self.assertIn("Molenbuurt", part)
            self.assertIn("Wijkkrant Oost", part)
            self.assertIn("https://wijkkrant.example/1", part)
            self.assertIn("Dorpsnieuws", part)
            self.assertNotIn("12345678", part)
            self.assertNotIn("rozijnenvlaai", part)
        self.assertIn("<mark", html)

        # A second source of the same message is not told twice, not even after a crash.
        daemon.kill()
        self.web.pages["/wijkkrant"] = rss("Wijkkrant", ("3", "Nog een", LATER, 1), ("1", "Weer raak", BREAK_IN, 40))
        self.town.run("poll", "wijkkrant")
        self.assertTrue(any(headers.get("If-None-Match") or headers.get("if-none-match") for path, headers in self.web.requests if path == "/wijkkrant"))
        self.town.run("digest")
        until(lambda: len(self.relay.messages()) == 2, 10, "the second overview")
        second = self.relay.messages()[1]
        text = second.get_body(("plain",)).get_content()
        self.assertIn("Brinkstraat", text)
        self.assertNotIn("wijkkrant.example/1", text)
        self.assertNotEqual(message["Message-ID"], second["Message-ID"])

        # Each hit can be explained.
        out, _ = self.town.run("explain", "1")
        self.assertIn("ingebroken", out)
        self.assertIn("woninginbraak.toml", out)

        # Nothing but the hits was kept.
        bytes_on_disk = b"".join(file.read_bytes() for file in self.town.state.rglob("*") if file.is_file())
        # The word stands in no keyword list: the audit log holds those.
        self.assertNotIn(b"rozijnenvlaai", bytes_on_disk)
        self.assertNotIn(b"12345678", bytes_on_disk)

    def test_a_refusing_relay_delays_and_loses_nothing(self):
        self.web.pages["/wijkkrant"] = rss("Wijkkrant", ("1", "Weer raak", BREAK_IN, 30))
        self.town.settings(self.relay)
        self.town.sources({"id": "wijkkrant", "url": self.web.url("/wijkkrant")})
        self.town.recipients()
        self.town.run("poll", "--all")
        self.relay.say = "451 later graag"
        self.town.run("digest", code=1)
        self.relay.say = None
        # The message waits its interval; asking by hand does not wait.
        self.town.run("digest")
        (message,) = self.relay.messages()
        self.assertIn("Molenbuurt", message.get_body(("plain",)).get_content())
        out, _ = self.town.run("status", "--json")
        for line in out.splitlines():
            json.loads(line)

    def test_the_test_mail_is_recognisable(self):
        self.town.settings(self.relay)
        self.town.sources({"id": "wijkkrant", "url": self.web.url("/wijkkrant")})
        self.town.recipients()
        self.town.run("digest", "--test")
        (message,) = self.relay.messages()
        self.assertRegex(message["Subject"].lower(), "test")

    def test_reload_takes_a_right_configuration_and_refuses_a_wrong_one(self):
        self.web.pages["/een"] = rss("Een", ("1", "Weer raak", BREAK_IN, 30))
        self.web.pages["/twee"] = rss("Twee", ("1", "Weer raak", LATER, 30))
        one = {"id": "een", "url": self.web.url("/een")}
        two = {"id": "twee", "url": self.web.url("/twee")}
        self.town.settings()
        self.town.sources(one)
        self.town.recipients()
        daemon = self.start()
        until(lambda: self.web.count("/een"), 10, "the first source")
        self.town.sources(one, two | {"kind": "fed"})
        daemon.signal(signal.SIGHUP)
        until(lambda: "sources.toml" in self.log(), 10, "the refusal in the log")
        self.assertIsNone(daemon.process.poll())
        self.assertEqual(self.web.count("/twee"), 0)
        self.town.sources(one, two)
        daemon.signal(signal.SIGHUP)
        until(lambda: self.web.count("/twee"), 10, "the second source after reload")
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("STOPPING=1", daemon.told)
        self.assertTrue(any(line.startswith("STATUS=") for line in daemon.told))

    def test_the_watchdog_is_fed_and_a_second_daemon_is_refused(self):
        self.town.settings()
        self.web.pages["/een"] = rss("Een")
        self.town.sources({"id": "een", "url": self.web.url("/een")})
        self.town.recipients()
        daemon = self.start()
        until(lambda: "WATCHDOG=1" in daemon.told, 10, "a sign of life")
        _, err = self.town.run("run", code=1)
        self.assertRegex(err, rf"\b{daemon.process.pid}\b")
        # Reading is possible beside it.
        self.town.run("status")

    def test_stopping_lets_a_running_visit_finish(self):
        def slow(handler):
            import time
            time.sleep(3)
            body = rss("Traag", ("1", "Weer raak", BREAK_IN, 30))
            handler.answer(200, body, {"Content-Type": "application/xml"})
        self.web.pages["/traag"] = slow
        self.town.settings()
        self.town.sources({"id": "traag", "url": self.web.url("/traag")})
        self.town.recipients()
        daemon = self.start()
        until(lambda: self.web.count("/traag"), 10, "the visit has begun")
        self.assertEqual(daemon.stop(), 0)
        out, _ = self.town.run("status", "--json")
        self.assertTrue(re.search(r'"stored_hits": ?1\b|"hits": ?1\b', out), out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
