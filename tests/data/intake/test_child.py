import json
import subprocess
import sys

from data.intake import child

CONFINED = """
import json, resource, runpy, socket, subprocess, sys
runpy.run_path(sys.argv[1])["confine"]()
limits = [resource.getrlimit(each)[0] for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]
refused = []
for reach in (socket.socket, lambda: subprocess.Popen(["true"])):
    try:
        reach()
    except PermissionError as error:
        refused.append(str(error))
print(json.dumps([limits, refused]))
"""


def test_a_confined_process_holds_to_its_limits_and_reaches_nobody() -> None:
    command = [sys.executable, "-c", CONFINED, child.__file__]
    printed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert printed == [
        [child.MEMORY, child.SECONDS, child.MOST_WRITTEN],
        ["A reader of foreign files does no socket.__new__.", "A reader of foreign files does no subprocess.Popen."],
    ]  # fmt: skip
