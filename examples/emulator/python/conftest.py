"""A pytest fixture: `emulator` is a running Lifeboat emulator, reset before each test, gone when pytest ends, however it ends."""

import json
import os
import subprocess

import pytest
import requests
from requests.auth import HTTPDigestAuth

COMMAND = os.environ.get("LIFEBOAT_COMMAND", "npx lifeboat").split()
FLEX = "application/vnd.atlas.2024-11-13+json"


class Emulator:
    def __init__(self, identity):
        self.identity = identity
        self.session = requests.Session()
        self.session.auth = HTTPDigestAuth(identity["publicKey"], identity["privateKey"])

    def ask(self, method, path, body=None, accept="application/json"):
        """The answer as it is: also one that is no success."""
        headers = {"Accept": accept, "Content-Type": accept}
        return self.session.request(method, self.identity["baseUrl"] + path, json=body, headers=headers)

    def flex(self, method, path, body=None):
        return self.ask(method, f"/api/atlas/v2/groups/{self.identity['projectId']}/flexClusters{path}", body, FLEX)

    def control(self, method, name, body=None):
        answer = self.ask(method, f"/api/lifeboat/v1/{name}", body)
        answer.raise_for_status()
        return answer.json()

    def advance(self, duration):
        return self.control("PUT", "clock", {"advance": duration})


@pytest.fixture(scope="session")
def running_emulator(request):
    seed = os.path.join(os.path.dirname(__file__), "seed.yaml")
    process = subprocess.Popen([*COMMAND, "emulate", "--seed", seed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line, "the emulator did not start: its reason is above"
    yield Emulator(json.loads(line))
    process.stdin.close()
    process.wait()


@pytest.fixture
def emulator(running_emulator):
    running_emulator.control("POST", "reset")
    return running_emulator
