"""The shipped nginx configuration, in front of two processes on PostgreSQL."""

import pytest

pytestmark = [pytest.mark.nginx, pytest.mark.postgres]


def test_it_starts(site):
    import subprocess
    print(site.served())
    subprocess.run(site.nginx_command("-t"), check=True)
    print(subprocess.run(["curl","-sik",site.address+"/"],capture_output=True,text=True).stdout)
    print(subprocess.run(["curl","-sik",f"http://127.0.0.1:{site.plain}/x?y=1"],capture_output=True,text=True).stdout)
    print(site.log("access").read_text(), site.log("error").read_text())
