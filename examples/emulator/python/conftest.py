"""A fixture for pytest: `emulator` is a running Lifeboat emulator, reset before each test, gone when pytest ends, however it ends."""

import json
import os
import shlex
import subprocess
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
import requests
from requests.auth import HTTPDigestAuth

COMMAND = shlex.split(os.environ.get("LIFEBOAT_COMMAND", "npx lifeboat"))
FLEX = "application/vnd.atlas.2024-11-13+json"


class Clock(NamedTuple):
    now: datetime
    frozen: bool


class Emulator:
    def __init__(self, identity):
        self.identity = identity
        self.base_url = identity["baseUrl"]
        self.project_id = identity["projectId"]
        self.session = requests.Session()
        self.session.auth = HTTPDigestAuth(identity["publicKey"], identity["privateKey"])

    def flex(self, method, path, body=None):
        """The answer of a route of Flex clusters as it is: also one that is no success."""
        headers = {"Accept": FLEX, "Content-Type": FLEX}
        url = f"{self.base_url}/api/atlas/v2/groups/{self.project_id}/flexClusters{path}"
        return self.session.request(method, url, json=body, headers=headers)

    def clock(self):
        return self._clock(self.control("GET", "clock"))

    def advance(self, duration):
        """By a `timedelta`, or by words such as "24h". What was due on the way is done when this returns."""
        seconds_or_words = duration.total_seconds() if isinstance(duration, timedelta) else duration
        return self._clock(self.control("PUT", "clock", {"advance": seconds_or_words}))

    def set_clock(self, now):
        """To a `datetime` with its zone, or to words such as "2026-01-31T12:00:00Z"."""
        words = now.isoformat(timespec="milliseconds") if isinstance(now, datetime) else now
        return self._clock(self.control("PUT", "clock", {"now": words}))

    def freeze(self, frozen=True):
        """Stops the clock; `False` lets it run."""
        return self._clock(self.control("PUT", "clock", {"frozen": frozen}))

    def reset(self):
        self.control("POST", "reset")

    def save(self, name):
        """Keeps everything as it is now, under that name, for `load`."""
        self.control("POST", "state", {"name": name})

    def load(self, name):
        self.control("POST", f"state/{quote(name, safe='')}/load")

    def states(self):
        return [state["name"] for state in self.control("GET", "state")["states"]]

    def forget(self, name):
        self.control("DELETE", f"state/{quote(name, safe='')}")

    def save_file(self, name, path):
        """A state that was saved, for `lifeboat emulate --state`."""
        Path(path).write_bytes(self._ask("GET", f"state/{quote(name, safe='')}/file").content)

    def set_faults(self, *faults):
        """In place of the script that was; without any, there are none."""
        self.control("PUT", "faults", {"faults": faults})

    def faults(self):
        """Each rule, and how often it was `matched` and `applied`."""
        return self.control("GET", "faults")["faults"]

    def unmatched_faults(self):
        return self.control("GET", "faults")["unmatched"]

    def transcript(self):
        return self.control("GET", "transcript")["entries"]

    def control(self, method, name, body=None):
        return self._ask(method, name, body).json()

    def _ask(self, method, name, body=None):
        answer = self.session.request(method, f"{self.base_url}/api/lifeboat/v1/{name}", json=body)
        assert answer.ok, answer.text
        return answer

    @staticmethod
    def _clock(answer):
        return Clock(datetime.fromisoformat(answer["now"].replace("Z", "+00:00")), answer["frozen"])


@pytest.fixture(scope="session")
def running_emulator(tmp_path_factory):
    words = [*COMMAND, "emulate", "--seed", str(Path(__file__).with_name("seed.yaml"))]
    log = tmp_path_factory.mktemp("emulator") / "stderr.txt"
    with log.open("w") as said:
        # It ends when its standard input does.
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True) as process:
            line = process.stdout.readline()
            before = log.read_text()
            assert line, f"{shlex.join(words)} did not start:\n{before}"
            yield Emulator(json.loads(line))
            process.stdin.close()
    lines = log.read_text().removeprefix(before).splitlines()
    unmatched = [line for line in lines if line.endswith(" never matched")]
    # Such as work that took too long to be waited for.
    for line in lines:
        if line not in unmatched:
            warnings.warn(line, stacklevel=1)
    # By any test, whatever has put their script away.
    assert unmatched == []


@pytest.fixture
def emulator(running_emulator):
    running_emulator.reset()
    yield running_emulator
    # pytest shows it where the test failed.
    for entry in running_emulator.transcript():
        fault = f" (fault {entry['fault']})" if "fault" in entry else ""
        print(f"{entry['at']} {entry['method']} {entry['path']} -> {entry.get('status', 'broken off')}{fault}")
    assert running_emulator.unmatched_faults() == []
