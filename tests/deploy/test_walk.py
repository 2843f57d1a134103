"""A stranger's walk through deploy/README.md: every command of the page is run, on a machine made for it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import postgres_programs, required
from tests.deploy.site import ROOT

PAGE = (ROOT / "deploy" / "README.md").read_text()
WALK = Path(__file__).with_name("walk.sh")
SIGN_IN = Path(__file__).with_name("sign_in.py")
OVERLAY = "mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w && mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc"


def commands(section: str, kind: str = "sh") -> list[str]:
    """The blocks of commands in one section of the page."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def unshared(*command: str | Path) -> list[str | Path]:
    return ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", *command]


@pytest.fixture
def machine() -> dict[str, str]:
    """What the walk is told of this machine; it is skipped where a machine of its own cannot be made."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("there is no PostgreSQL on this machine")
    able = shutil.which("unshare") and Path("/usr/sbin/nginx").exists()
    if not able or subprocess.run(unshared("sh", "-c", OVERLAY), check=False, capture_output=True).returncode:
        if required("walk"):
            pytest.fail("the walk is required, and this machine cannot make another one for it")
        pytest.skip("no machine of its own can be made for the walk here")
    return {"PYTHON": sys.executable, "POSTGRES": str(programs), "PROJECT": str(ROOT)}


def first_steps() -> str:
    """The steps from nothing to signed in, with what a stranger would write into them."""
    program, database, secrets, review, load, start, proxy, verify = commands("From nothing to signed in")
    (access,) = commands("From nothing to signed in", "text")
    *rules, _, account = access.strip().splitlines()
    libraries = f"ln -s {Path(sys.prefix)} .venv\n"
    return "\n".join(
        [
            re.sub(r"python3 -m venv.*\n.*pip install.*\n.*pip check\n", libraries, program),
            database,
            "cd /var/lib/walk/data",
            f"printf '%s\\n' {' '.join(repr(rule) for rule in rules)} | cat - pg_hba.conf > /mnt/hba",
            f"cat /mnt/hba > pg_hba.conf; echo '{account}' >> pg_ident.conf",
            "systemctl reload postgresql; cd /opt/candour",
            secrets,
            "sed -i 's#https://login.example.police.uk#http://localhost:9400#' /etc/candour/settings.toml",
            "sed -i 's#candour.example.police.uk#localhost#' /etc/candour/settings.toml deploy/nginx/candour/*",
            # This machine has no second kind of address.
            "sed -i '/::/d' deploy/nginx/candour/*",
            review,
            load,
            start,
            proxy,
            "curl -s --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:8502/healthz",
            f'"$PYTHON" {SIGN_IN}',
            verify,
        ]
    )


def refusals() -> str:
    """What the dashboard's own account must not be able to do."""
    tries = [
        "sudo -u candour psql -U candour_owner -w candour -c 'SELECT 1'",
        "sudo -u candour psql -U candour_loader -w candour -c 'SELECT 1'",
        "sudo -u candour psql -U candour_reader -w candour -c 'DELETE FROM record'",
        "sudo -u postgres psql -w candour -c 'SELECT 1'",
        "sudo -u candour cat /etc/candour/secrets/owner.password",
        "sudo -u candour cat /etc/candour/tls/certificate.key",
        "sudo -u candour touch /opt/candour/dashboard.py",
        "sudo -u nobody cat /etc/candour/client.secret",
    ]
    can = "sudo -u candour psql -U candour_reader -w candour -c 'SELECT count(*) FROM record'"
    return "\n".join([can, *(f"if {each}; then echo THIS WAS ALLOWED; fi" for each in tries)])


def later_steps() -> str:
    """What the page says of readers, upgrades and restoring."""
    (readers,) = commands("Readers")
    (upgrade,) = commands("Upgrading")
    (restoring,) = commands("What to back up")
    return "\n".join(
        [
            readers.replace(" WHO ", " ann@force "),
            re.sub(r".*pip install.*\n", "", upgrade),
            "candour-as reader access key",
            restoring.replace("2024-01-12T0230.candour", "*T*.candour"),
            "candour-as reader access verify",
            "cat /var/backups/candour/after-the-restore.txt",
        ]
    )


@pytest.mark.soak
@pytest.mark.nginx
@pytest.mark.postgres
def test_a_stranger_can_follow_the_page(machine, tmp_path):
    script = tmp_path / "walk.sh"
    end = "echo THE END; kill $(cat /run/nginx.pid); systemctl stop candour.target; sudo -u postgres pg_ctl -D /var/lib/walk/data stop -m fast"
    script.write_text("\n".join([WALK.read_text(), first_steps(), refusals(), later_steps(), end]))
    walked = subprocess.run(
        unshared("sh", script),
        check=False,
        env=os.environ | machine,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    told = re.sub(r"^\++ .*\n", "", walked.stdout, flags=re.MULTILINE)
    assert "THE END" in told, walked.stdout[-6000:]
    assert "THIS WAS ALLOWED" not in told, walked.stdout[-6000:]
    assert "ann@force,analyst,sign-in" in told
    assert "nobody@force,none,sign-in,no role,refused" in told
    assert told.count("its anchor agrees") == 3
    assert "every signature verified" in told
    assert "cut off from the end: the anchor goes on to" in told
