"""A restore that survives a 429 and a job that failed, and what a night without a snapshot looks like."""

import time
from datetime import datetime, timedelta, timezone

import pytest


def restore(emulator, cluster, attempts=3):
    """Restores the newest finished snapshot of a cluster over it; in production with another base URL and key."""
    snapshots = emulator.flex("GET", f"/{cluster}/backup/snapshots").json()["results"]
    newest = max((one for one in snapshots if one["status"] == "COMPLETED"), key=lambda one: one["finishTime"])
    body = {"snapshotId": newest["id"], "targetDeploymentItemName": cluster, "targetProjectId": emulator.project_id}
    for _ in range(attempts):
        answer = emulator.flex("POST", f"/{cluster}/backup/restoreJobs", body)
        while answer.status_code == 429:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = emulator.flex("POST", f"/{cluster}/backup/restoreJobs", body)
        answer.raise_for_status()
        job = answer.json()
        while job["status"] not in ("COMPLETED", "FAILED"):
            job = emulator.flex("GET", f"/{cluster}/backup/restoreJobs/{job['id']}").json()
        if job["status"] == "COMPLETED":
            return newest
    raise RuntimeError(f"no restore of {cluster} succeeded in {attempts} attempts")


def test_it_survives_a_429_and_two_failed_jobs(emulator):
    emulator.set_faults(
        {"request": {"method": "POST", "cluster": "shop"}, "answer": {"status": 429, "retryAfter": 1}},
        {"job": {"kind": "restore", "cluster": "shop"}, "count": 2, "outcome": {"failAt": 60, "reason": "the network went away"}},
    )
    restore(emulator, "shop")
    # The first question of a digest, which is always refused, aside.
    asked = [entry["status"] for entry in emulator.transcript() if entry["method"] == "POST" and entry["status"] != 401]
    assert asked == [429, 200, 200, 200]


def test_it_gives_up_when_every_job_fails(emulator):
    emulator.set_faults({"job": {"kind": "restore"}, "count": "always", "outcome": {"failAt": 0, "reason": "the disk is full"}})
    with pytest.raises(RuntimeError, match="in 3 attempts"):
        restore(emulator, "shop")


def test_a_night_without_a_snapshot_leaves_the_one_before(emulator):
    emulator.set_faults({"job": {"kind": "snapshot", "cluster": "shop"}, "skip": 1, "outcome": {"failAt": 50, "reason": "the disk is full"}})
    assert restore(emulator, "shop")["finishTime"] < "2026-01-01"
    emulator.advance("24h")
    tonight = restore(emulator, "shop")
    emulator.advance("24h")
    assert restore(emulator, "shop") == tonight


def test_its_own_snapshot_is_there_for_eight_days(emulator):
    emulator.freeze()
    emulator.set_clock(datetime(2026, 1, 1, 6, tzinfo=timezone.utc))
    emulator.save("first-day")
    assert emulator.advance(timedelta(days=8)).now == datetime(2026, 1, 9, 6, tzinfo=timezone.utc)
    newest = restore(emulator, "shop")
    emulator.load("first-day")
    assert emulator.clock() == (datetime(2026, 1, 1, 6, tzinfo=timezone.utc), True)
    assert restore(emulator, "shop")["finishTime"] < newest["finishTime"]
    assert emulator.states() == ["first-day"]
    emulator.forget("first-day")
