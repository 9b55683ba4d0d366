"""A fixture for pytest: `emulator` is a running Lifeboat emulator, reset before each test, gone when pytest ends, however it ends."""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest
import requests
from requests.auth import HTTPDigestAuth

COMMAND = shlex.split(os.environ.get("LIFEBOAT_COMMAND", "npx lifeboat"))
FLEX = "application/vnd.atlas.2024-11-13+json"


class Emulator:
    def __init__(self, identity):
        self.base_url = identity["baseUrl"]
        self.project_id = identity["projectId"]
        self.session = requests.Session()
        self.session.auth = HTTPDigestAuth(identity["publicKey"], identity["privateKey"])

    def flex(self, method, path, body=None):
        """The answer of a route of Flex clusters as it is: also one that is no success."""
        headers = {"Accept": FLEX, "Content-Type": FLEX}
        url = f"{self.base_url}/api/atlas/v2/groups/{self.project_id}/flexClusters{path}"
        return self.session.request(method, url, json=body, headers=headers)

    def advance(self, duration):
        return self.control("PUT", "clock", {"advance": duration})["now"]

    def reset(self):
        self.control("POST", "reset")

    def set_faults(self, *faults):
        self.control("PUT", "faults", {"faults": faults})

    def unmatched_faults(self):
        return self.control("GET", "faults")["unmatched"]

    def transcript(self):
        return self.control("GET", "transcript")["entries"]

    def control(self, method, name, body=None):
        answer = self.session.request(method, f"{self.base_url}/api/lifeboat/v1/{name}", json=body)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def running_emulator():
    words = [*COMMAND, "emulate", "--seed", str(Path(__file__).with_name("seed.yaml"))]
    # It ends when its standard input does.
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert line, f"{shlex.join(words)} did not start: its reason is above"
        yield Emulator(json.loads(line))
        process.stdin.close()


@pytest.fixture
def emulator(running_emulator):
    running_emulator.reset()
    yield running_emulator
    # pytest shows it where the test failed.
    for entry in running_emulator.transcript():
        fault = f" (fault {entry['fault']})" if "fault" in entry else ""
        print(f"{entry['at']} {entry['method']} {entry['path']} -> {entry.get('status', 'broken off')}{fault}")
    assert running_emulator.unmatched_faults() == []
