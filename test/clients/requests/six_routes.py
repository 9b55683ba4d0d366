"""The six v1.0 tenant routes through Python requests and its HTTPDigestAuth, as a script in the field would call them."""

import hashlib
import json
import os
import time

import requests
from requests.auth import HTTPDigestAuth

BASE = f"{os.environ['BASE']}/api/atlas/v1.0/groups/{os.environ['GROUP']}/clusters/{os.environ['CLUSTER']}/backup/tenant"

session = requests.Session()
session.auth = HTTPDigestAuth(os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"])


def call(method, path, body=None):
    answer = session.request(method, BASE + path, json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


snapshot_id = os.environ["SNAPSHOT"]
target = {"targetDeploymentItemName": os.environ["TARGET"], "targetProjectId": os.environ["GROUP"]}
snapshots = call("GET", "/snapshots")
snapshot = call("GET", f"/snapshots/{snapshot_id}")
created = call("POST", "/restore", {"snapshotId": snapshot_id, **target})
restore = created
while restore["status"] not in ("COMPLETED", "FAILED"):
    time.sleep(0.2)
    restore = call("GET", f"/restores/{created['id']}")
download = call("POST", "/download", {"snapshotId": snapshot_id})
restores = call("GET", "/restores")
archive = requests.get(download["snapshotUrl"], timeout=60)
archive.raise_for_status()

print(
    json.dumps(
        {
            "snapshots": snapshots,
            "snapshot": snapshot,
            "created": created,
            "restore": restore,
            "restores": restores,
            "download": download,
            "archiveSha256": hashlib.sha256(archive.content).hexdigest(),
        }
    )
)
