"""A whole site on loopback: nginx with the shipped configuration, two processes, PostgreSQL, a provider."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import sqlalchemy as sa

from tests.browser.conftest import free_port

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "nginx"
READERS = {
    "chief@force": ["candour-chief-officers"],
    "analyst@force": ["candour-analysts"],
    "stranger@force": ["canteen"],
}
MAIN = """\
worker_processes 1;
pid {run}/nginx.pid;
error_log {run}/start.log;
events {{ worker_connections 512; }}
http {{
    types {{ }}
    client_body_temp_path {run}/body;
    proxy_temp_path {run}/proxy;
    fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi;
    scgi_temp_path {run}/scgi;
    include {shipped};
}}
"""


class Site:
    """Everything that stands between a reader's browser and the ledger, each part a process of its own."""

    def __init__(self, folder: Path, database: sa.URL) -> None:
        self.folder = folder
        self.database = database
        self.port, self.plain, self.provider_port = free_port(), free_port(), free_port()
        self.address = f"https://localhost:{self.port}"
        self.ports = (free_port(), free_port())
        self.review = folder / "review"
        self.own = {
            "CANDOUR_REVIEW": str(self.review),
            "CANDOUR_SETTINGS": str(folder / "settings.toml"),
            "CANDOUR_RECORD_KEYS": str(folder / "keys" / "record.keys"),
            "CANDOUR_RECORD_ANCHOR": str(folder / "anchor" / "record.anchor"),
        }
        for each in ("keys", "anchor", "nginx", "run"):
            (folder / each).mkdir()
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, role: str) -> dict[str, str]:
        """The environment of a command that comes to the database in a role."""
        ledger = self.database.set(username=role).render_as_string(hide_password=False)
        return self.own | {"CANDOUR_LEDGER": ledger}

    def start(self) -> None:
        self._write_settings()
        self._configure_nginx()
        claims = [json.dumps({"sub": who, "roles": roles}) for who, roles in READERS.items()]
        users = [part for each in claims for part in ("--user-claims", each)]
        provider = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.provider_port), *users]
        self._run("provider", provider, os.environ.copy())
        for port in self.ports:
            self.start_process(port)
        self._run("nginx", self.nginx_command("-g", "daemon off;"), os.environ.copy())
        for port in self.ports:
            wait_for(f"http://127.0.0.1:{port}/healthz", self.log(str(port)))

    def start_process(self, port: int) -> None:
        environment = os.environ | self.environment("candour_reader") | {"CANDOUR_PORT": str(port)}
        self._run(str(port), [sys.executable, "dashboard.py"], environment)

    def stop(self) -> None:
        for each in self.running.values():
            each.terminate()
        for each in self.running.values():
            try:
                each.wait(timeout=15)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()

    def kill(self, port: int) -> None:
        self.running[str(port)].send_signal(signal.SIGKILL)
        self.running[str(port)].wait()

    def log(self, name: str) -> Path:
        return self.folder / "run" / f"{name}.log"

    def served(self) -> list[tuple[str, str, int]]:
        """Path, process and status of every answer so far, as the proxy's own log tells them."""
        rows = [line.split(" ") for line in self.log("access").read_text().splitlines()]
        return [(row[3], row[-1], int(row[4])) for row in rows]

    def nginx_command(self, *more: str) -> list[str]:
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        folder = self.folder / "nginx"
        return [
            nginx,
            "-p",
            str(folder),
            "-e",
            str(self.log("start")),
            "-c",
            str(folder / "nginx.conf"),
            *more,
        ]

    def _run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with self.log(name).open("ab") as output:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )

    def _write_settings(self) -> None:
        """Write the shipped settings, with this site's own addresses in them."""
        text = (ROOT / "deploy" / "settings.toml").read_text()
        provider = f"http://localhost:{self.provider_port}"
        text = text.replace("https://login.example.police.uk", provider)
        (self.folder / "settings.toml").write_text(
            text.replace("https://candour.example.police.uk", self.address)
        )
        for name in ("client.secret", "cookie.secret"):
            secret = self.folder / name
            secret.write_text(f"a secret of the test, in {name}\n")
            secret.chmod(0o640)

    def _configure_nginx(self) -> None:
        """Leave the shipped configuration as it is, and put this site's ports and names in its small files."""
        folder, run = self.folder / "nginx", self.folder / "run"
        shutil.copytree(SHIPPED / "candour", folder / "candour")
        (folder / "nginx.conf").write_text(MAIN.format(run=run, shipped=SHIPPED / "candour.conf"))
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *(
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=localhost",
                    "-addext",
                    "subjectAltName=DNS:localhost",
                ),
                *("-keyout", folder / "certificate.key", "-out", folder / "certificate.pem"),
            ],
            check=True,
            capture_output=True,
        )
        changes = [
            (r"listen \[::\].*\n", ""),
            (r"listen 443", f"listen 127.0.0.1:{self.port}"),
            (r"listen 80", f"listen 127.0.0.1:{self.plain}"),
            (r"https://candour.example.police.uk", self.address),
            (r"candour.example.police.uk", "localhost"),
            (r"/etc/candour/tls/certificate", str(folder / "certificate")),
            (r"/var/log/nginx/candour.error.log", str(self.log("error"))),
            (r"/var/log/nginx/candour.log", str(self.log("access"))),
            (r"127.0.0.1:8501", f"127.0.0.1:{self.ports[0]}"),
            (r"127.0.0.1:8502", f"127.0.0.1:{self.ports[1]}"),
        ]
        for path in (folder / "candour").iterdir():
            text = path.read_text()
            for shipped, ours in changes:
                text = re.sub(shipped, ours, text)
            path.write_text(text)


def wait_for(address: str, log: Path) -> None:
    """Wait until an address answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answered within a minute: {log.read_text()}")
