"""A restore that survives a 429 and a job that failed."""

import time


def restore(emulator, cluster, attempts=3):
    snapshot = emulator.flex("GET", f"/{cluster}/backup/snapshots").json()["results"][0]
    body = {"snapshotId": snapshot["id"], "targetDeploymentItemName": cluster, "targetProjectId": emulator.identity["projectId"]}
    for _ in range(attempts):
        answer = emulator.flex("POST", f"/{cluster}/backup/restoreJobs", body)
        while answer.status_code == 429:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = emulator.flex("POST", f"/{cluster}/backup/restoreJobs", body)
        answer.raise_for_status()
        job = emulator.flex("GET", f"/{cluster}/backup/restoreJobs/{answer.json()['id']}").json()
        if job["status"] == "COMPLETED":
            return job
    raise RuntimeError(f"no restore of {cluster} succeeded in {attempts} attempts")


def test_it_survives_a_429_and_a_failed_job(emulator):
    emulator.control(
        "PUT",
        "faults",
        {
            "faults": [
                {"request": {"method": "POST", "cluster": "shop"}, "answer": {"status": 429, "retryAfter": 0}},
                {"job": {"kind": "restore", "cluster": "shop"}, "outcome": {"failAt": 60, "reason": "the network went away"}},
            ]
        },
    )
    assert restore(emulator, "shop")["status"] == "COMPLETED"
    assert emulator.control("GET", "faults")["unmatched"] == []
    statuses = [entry["status"] for entry in emulator.control("GET", "transcript")["entries"] if entry["method"] == "POST"]
    assert statuses[-3:] == [429, 200, 200] or 429 in statuses


def test_a_day_brings_a_snapshot(emulator):
    before = emulator.flex("GET", "/shop/backup/snapshots").json()["totalCount"]
    emulator.advance("24h")
    assert emulator.flex("GET", "/shop/backup/snapshots").json()["totalCount"] == before + 1
