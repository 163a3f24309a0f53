"""Installs the Debian package, looks at what it brought, removes and purges it."""

import pathlib
import subprocess
import sys

from world import ROOT


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def main():
    (package,) = (ROOT / "target/debian").glob("luisterpost_*.deb")
    unit = "deploy/luisterpost.service"
    exposure = run("systemd-analyze", "security", "--offline=true", "--no-pager", str(ROOT / unit)).splitlines()[-1]
    print(exposure.strip())
    assert float(exposure.split(":")[1].split()[0]) <= 2.0, exposure
    if subprocess.run(["id", "-u"], capture_output=True, text=True).stdout.strip() != "0":
        print("not root: the package is not installed here")
        return
    depends = run("dpkg-deb", "--field", str(package), "Depends")
    assert "ca-certificates" in depends, depends
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", str(package))
    try:
        print(run("/usr/bin/luisterpost", "--version").strip())
        conffiles = run("dpkg-query", "--showformat=${Conffiles}", "--show", "luisterpost")
        for name in ("config/luisterpost.toml", "config/sources.toml", "config/recipients.toml", "config/places.csv", "keywords/woninginbraak.toml", "keywords/common.toml"):
            assert f"/etc/luisterpost/{name}" in conffiles, f"{name} is no conffile"
        run("id", "luisterpost")
        config = pathlib.Path("/etc/luisterpost/config")
        assert config.stat().st_mode & 0o777 == 0o750, oct(config.stat().st_mode)
        assert config.group() == "luisterpost"
        assert pathlib.Path("/usr/lib/systemd/system/luisterpost.service").exists() or pathlib.Path("/lib/systemd/system/luisterpost.service").exists()
        # As the service's own user, with the installed configuration: what must be filled in is said.
        check = subprocess.run(["runuser", "-u", "luisterpost", "--", "/usr/bin/luisterpost", "check", "--config", str(config)], capture_output=True, text=True, cwd="/")
        print(check.stdout + check.stderr)
        assert check.returncode in (0, 2), check
    finally:
        run("apt-get", "purge", "-y", "-qq", "luisterpost")
    assert not pathlib.Path("/etc/luisterpost/config/luisterpost.toml").exists()
    assert not pathlib.Path("/usr/bin/luisterpost").exists()
    print("installed, looked at, purged")


if __name__ == "__main__":
    sys.exit(main())
