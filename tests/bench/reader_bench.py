"""How many readers one process answers at once, and two behind the proxy as it is shipped."""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa
from rich.table import Table

from access.roles import Role
from access.services import services_of
from data.review import Review
from pages.registry import open_to
from tests.bench import aims
from tests.bench.aims import Aim, Measured
from tests.bench.page_bench import AS_AT, FILTER, KNOWN_AT, asked
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.review import make_review
from tests.bench.visitor import ROOT, Server, cpu_of
from tests.deploy.site import Site

STEPS, FEWER = (5, 10, 20, 40, 80, 100), (3, 2, 1)
BETWEEN, SECONDS, VIEWS = 5.0, 25.0, 12
GOOD, ENOUGH = 1.0, 3.0
"""Seconds of the p95 that is aimed at, and after which no more readers are sent."""
READER = Role.CHIEF_OFFICER


@dataclass(frozen=True)
class _Target:
    """cpu: seconds of all processes of the dashboard. cookie: of a visit, by its token."""

    address: str
    origin: str
    review: Review
    scripts: list[dict[str, list[str]]]
    cpu: Callable[[], float]
    cookie: Callable[[str], str]
    certificate: str = ""


def bench(size: int, options: Options) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        review = make_review(Path(folder) / "review", size)
        with Server("candour", "shipped", review.folder) as server:
            target = _Target(
                f"ws://127.0.0.1:{server.port}/_stcore/stream", f"http://127.0.0.1:{server.port}",
                review, _scripts(server, review, options), server.cpu, "candour={}".format,
            )  # fmt: skip
            return _steps("one process", aims.READERS, target, options)


def bench_proxy(size: int, options: Options) -> Outcome:
    """The same behind the proxy, where there is nginx."""
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        progress(console(), "there is no nginx on this machine")
        return True, []
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        # nginx's workers are another account's where it is started as root.
        Path(folder).chmod(0o755)
        review = make_review(Path(folder) / "review-behind", size)
        with Server("candour", "shipped", review.folder) as server:
            scripts = _scripts(server, review, options)
        site = _Behind(Path(folder), review.folder)
        try:
            site.start()
            target = _Target(
                site.address.replace("https", "wss") + "/_stcore/stream", site.address, review, scripts,
                site.cpu, "__Host-candour={}".format, str(site.folder / "nginx" / "certificate.pem"),
            )  # fmt: skip
            return _steps("two processes behind nginx", aims.BEHIND_PROXY, target, options)
        finally:
            site.stop()


class _Behind(Site):
    """The shipped proxy and two processes, on a review's own ledger instead of PostgreSQL."""

    def __init__(self, folder: Path, review: Path) -> None:
        super().__init__(folder, sa.make_url("sqlite://"))
        self.own = {"CANDOUR_REVIEW": str(review), "CANDOUR_SETTINGS": str(folder / "settings.toml")}

    def environment(self, role: str) -> dict[str, str]:
        del role
        return self.own

    def cpu(self) -> float:
        return sum(cpu_of(self.running[str(port)].pid) for port in self.ports)


def _scripts(server: Server, review: Review, options: Options) -> list[dict[str, list[str]]]:
    """Return what a browser sends for each click, by page and kind: the ids of widgets are the same for all."""
    scripts: list[dict[str, list[str]]] = []
    token = services_of(review.folder).welcome("reader", (READER,), "bench")
    for entry in open_to(READER)[: 1 if options.short else None]:
        with server.visit(entry.path, token) as visitor:
            kinds = {
                kind: [
                    visitor.message(values)
                    for values, _ in zip(asked(kind, visitor), range(VIEWS), strict=False)
                ]
                for kind in (FILTER, AS_AT, KNOWN_AT)
            }
            visitor.hash = visitor.query = ""
            kinds["turn"] = [visitor.message({})]
            scripts.append(
                {
                    kind: [base64.b64encode(message).decode() for message in some]
                    for kind, some in kinds.items()
                }
            )
    return scripts


def _steps(name: str, aim: Aim, target: _Target, options: Options) -> Outcome:
    out, short = console(), options.short
    table = Table("readers", "clicks", "p50, s", "p95, s", "CPUs of the server", "CPUs of the readers")
    best = 0

    def high_of(readers: int) -> float:
        nonlocal best
        times, server, client = _step(target, readers, 2.0 if short else SECONDS)
        parts = quantiles(times, n=20, method="inclusive")
        row = (f"{len(times)}", f"{parts[9]:.2f}", f"{parts[18]:.2f}", f"{server:.2f}", f"{client:.2f}")
        table.add_row(str(readers), *row)
        progress(out, f"{name}, {readers} readers at once: p50 {row[1]} s, p95 {row[2]} s")
        if parts[18] <= GOOD:
            best = max(best, readers)
        return parts[18]

    next((readers for readers in (STEPS[:1] if short else STEPS) if high_of(readers) > ENOUGH), None)
    if not best and not short:
        next((readers for readers in FEWER if high_of(readers) <= GOOD), None)
    out.print(f"\n[bold]Readers at once, {name}[/bold], a click every {BETWEEN:g} s, until the last message")
    out.print(table)
    return True, [Measured(aim, best)]


def _step(target: _Target, readers: int, seconds: float) -> tuple[list[float], float, float]:
    """Seconds of each click, and how many CPUs the server and the readers used meanwhile."""
    services = services_of(target.review.folder)
    job = {
        "address": target.address,
        "origin": target.origin,
        "certificate": target.certificate,
        "cookies": [target.cookie(services.welcome("reader", (READER,), "bench")) for _ in range(readers)],
        "scripts": target.scripts,
        "seconds": seconds,
        "between": min(BETWEEN, seconds / 2),
        "seed": 1_000 * readers,
    }
    command = [sys.executable, "-m", "tests.bench.readers"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        process.stdout.readline()
        before = target.cpu()
        done = json.loads(process.stdout.readline() or "null")
        spent = target.cpu() - before
    if not done:
        raise RuntimeError(f"the readers ended (exit code {process.returncode})")
    return done["times"], spent / done["wall"], done["cpu"] / done["wall"]
