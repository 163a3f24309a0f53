"""The world around luisterpost for the system tests: a web server, a mail server that we did not
write (aiosmtpd, with STARTTLS), systemd's notification socket, and a municipality's files."""

import contextlib
import datetime
import email
import email.policy
import http.server
import logging
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import warnings

# aiosmtpd announces a change of its own next version at each login.
warnings.filterwarnings("ignore", message="Session.login_data is deprecated")
logging.getLogger("mail.log").setLevel(logging.ERROR)

from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import AuthResult

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LUISTERPOST", ROOT / "target/release/luisterpost"))
CORPUS = ROOT.parent / "shared" / "corpus"


def until(true, seconds, what):
    """Waits until `true()` gives something, at most `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


class Web:
    """A web server on a loopback port. `pages` maps a path to bytes, or to a function of the request
    handler; validators are made from the bytes. `requests` records (path, headers)."""

    def __init__(self):
        self.pages = {}
        self.requests = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                web.requests.append((self.path, dict(self.headers.items())))
                page = web.pages.get(self.path)
                if callable(page):
                    return page(self)
                if page is None:
                    return self.answer(404, b"", {})
                tag = f'"{hash(page) & 0xFFFFFFFF:x}"'
                if self.headers.get("If-None-Match") == tag:
                    return self.answer(304, b"", {"ETag": tag})
                kind = "application/json" if page[:1] == b"{" else "application/xml"
                if page[:9].lower() == b"<!doctype" or page[:5] == b"<html":
                    kind = "text/html; charset=utf-8"
                self.answer(200, page, {"ETag": tag, "Content-Type": kind})

            def answer(self, status, body, headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def count(self, path):
        return sum(1 for asked, _ in self.requests if asked == path)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Relay:
    """A mail relay with STARTTLS and a password. `say` is what it answers to a message: None accepts."""

    USER, PASSWORD = "luisterpost", "een goed bewaard geheim"

    def __init__(self, directory):
        self.envelopes = []
        self.say = None
        certificates(directory)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "relay.pem", directory / "relay.key")
        relay = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                if relay.say is not None:
                    return relay.say
                relay.envelopes.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
                return "250 OK"

        def authenticate(server, session, envelope, mechanism, data):
            login = getattr(data, "login", b"") == relay.USER.encode()
            right = login and getattr(data, "password", b"") == relay.PASSWORD.encode()
            return AuthResult(success=right, handled=right)

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = Controller(
            Handler(), hostname="127.0.0.1", port=self.port, tls_context=context, require_starttls=True,
            authenticator=authenticate, auth_required=True,
        )
        self.controller.start()

    def messages(self):
        """The messages received, parsed by a mail library."""
        return [email.message_from_bytes(content, policy=email.policy.default) for _, _, content in self.envelopes]

    def stop(self):
        self.controller.stop()


def certificates(directory):
    """An own authority (`ca.pem`) and a certificate for localhost, as a municipality may have them."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Lindemeer test authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "relay.key", "-out", "relay.csr")
    (directory / "relay.ext").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "relay.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "relay.ext", "-out", "relay.pem")


class Daemon:
    """`luisterpost run` as a service manager starts it."""

    def __init__(self, town):
        self.told = []
        self.path = str(town.directory / f"notify-{time.monotonic_ns()}")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        threading.Thread(target=self._listen, daemon=True).start()
        self.log = open(town.directory / "log", "ab")
        environment = town.environment | {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "4000000"}
        self.process = subprocess.Popen(town.command("run"), cwd=town.directory, env=environment,
                                        stdout=self.log, stderr=self.log)

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                self.told += self.socket.recv(65536).decode().splitlines()

    def ready(self):
        until(lambda: "READY=1" in self.told or self.process.poll() is not None, 20, "READY=1")
        assert self.process.poll() is None, "the daemon ended instead of becoming ready"
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            self.process.wait(40)
        self.socket.close()
        self.log.close()
        return self.process.returncode

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait(10)
        self.socket.close()
        self.log.close()

    def memory_mib(self):
        """Resident memory, now."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")


class Town:
    """A municipality's own directory with configuration, keyword lists and state."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="lindemeer-"))
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory)}
        self.config = self.directory / "config"
        self.keywords = self.directory / "keywords"
        self.state = self.directory / "state"
        self.config.mkdir()
        shutil.copytree(ROOT / "keywords", self.keywords)
        shutil.copy(ROOT / "config/places.csv", self.config)

    def command(self, *arguments):
        return [str(PROGRAM), *arguments, "--config", str(self.config), "--state", str(self.state)]

    def run(self, *arguments, given=None, code=0):
        """Runs a command; gives (standard output, standard error) after checking the exit code."""
        done = subprocess.run(self.command(*arguments), cwd=self.directory, env=self.environment,
                              input=given, capture_output=True, text=True, timeout=120)
        assert code is None or done.returncode == code, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout, done.stderr

    def settings(self, relay=None, at="07:30", extra=""):
        """Writes luisterpost.toml: mail goes to the relay, or into a directory."""
        if relay is None:
            via = 'via = "directory"'
        else:
            secret = self.directory / "smtp.password"
            secret.write_text(relay.PASSWORD + "\n")
            secret.chmod(0o600)
            via = 'via = "smtp"'
        text = f"""
[organisation]
municipality = "Lindemeer"
contact = "luisterpost@lindemeer.example"
explanation = "https://www.lindemeer.example/luisterpost"
operator = "beheer@lindemeer.example"

[fetch]
min_gap = "0s"
allow_private = ["127.0.0.0/8"]
{extra}

[mail]
{via}
from = "Luisterpost <luisterpost@lindemeer.example>"
allowed_domains = ["lindemeer.example"]
"""
        if relay is not None:
            text += f"""
[mail.smtp]
host = "localhost"
port = {relay.port}
tls = "starttls"
ca_file = "{self.directory}/ca.pem"
username = "{relay.USER}"
password_file = "{secret}"
"""
        text += f"""
[digest]
at = "{at}"
days = "ma-zo"
timezone = "Europe/Amsterdam"
"""
        (self.config / "luisterpost.toml").write_text(text)

    def sources(self, *sources):
        """Writes sources.toml from tables of key and value; sensible values where nothing is said."""
        text = ""
        for source in sources:
            usual = {"kind": "feed", "voice": "residents", "scope": "local", "every": "5m", "reviewed": datetime.date(2026, 11, 1)}
            table = usual | {"name": source["id"].title()} | source
            text += "[[source]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in table.items()) + "\n"
        (self.config / "sources.toml").write_text(text)

    def recipients(self, *recipients):
        """Writes recipients.toml."""
        text = ""
        for recipient in recipients or [{"name": "Team Veiligheid", "address": "veiligheid@lindemeer.example"}]:
            table = {"themes": ["*"], "digest": "daily", "alerts": False, "empty": True} | recipient
            text += "[[recipient]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in table.items()) + "\n"
        (self.config / "recipients.toml").write_text(text)

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return str(value)


def rss(title, *items):
    """A small RSS document; an item is (id, title, text, minutes ago)."""
    now = datetime.datetime.now(datetime.timezone.utc)
    def item(key, heading, text, minutes):
        date = (now - datetime.timedelta(minutes=minutes)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        return (f"<item><guid isPermaLink='false'>{key}</guid><link>https://{title.lower()}.example/{key}</link>"
                f"<title>{heading}</title><description>{text}</description><pubDate>{date}</pubDate></item>")
    body = "".join(item(*each) for each in items)
    return f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>{title}</title>{body}</channel></rss>".encode()
