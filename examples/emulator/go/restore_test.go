package restore

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20250312005/admin"
	"lifeboat.test/backup-automation/emulator"
)

func TestNewest(t *testing.T) {
	shared := emulator.Start(t)
	ctx := context.Background()
	client, err := admin.NewClient(admin.UseBaseURL(shared.BaseURL), admin.UseDigestAuth(shared.PublicKey, shared.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	// The clusters are made as in production; a seed could declare them.
	begin := func(t *testing.T) *emulator.Emulator {
		atlas := shared.Reset(t)
		for _, name := range []string{"shop", "staging"} {
			_, _, err := client.FlexClustersApi.CreateFlexCluster(ctx, atlas.ProjectID, &admin.FlexClusterDescriptionCreate20241113{
				Name: name, ProviderSettings: admin.FlexProviderSettingsCreate20241113{BackingProviderName: "AWS", RegionName: "US_EAST_1"},
			}).Execute()
			if err != nil {
				t.Fatal(err)
			}
		}
		return atlas
	}
	restore := func() (*Job, error) {
		return Newest(ctx, client, shared.ProjectID, "shop", "staging", 100*time.Millisecond)
	}

	t.Run("has nothing to restore on the first day", func(t *testing.T) {
		begin(t)
		if _, err := restore(); err == nil || !strings.Contains(err.Error(), "no finished snapshot") {
			t.Fatal(err)
		}
	})

	t.Run("survives a 429 with Retry-After and a job that failed", func(t *testing.T) {
		atlas := begin(t)
		atlas.Advance("24h")
		atlas.SetFaults(`[
			{"request": {"method": "POST", "cluster": "shop"}, "answer": {"status": 429, "retryAfter": 1}},
			{"job": {"kind": "restore", "cluster": "shop"}, "outcome": {"failAt": 60, "reason": "the network went away"}}
		]`)
		asked := time.Now()
		job, err := restore()
		if err != nil || job.GetStatus() != "COMPLETED" {
			t.Fatal(job, err)
		}
		if waited := time.Since(asked); waited < time.Second {
			t.Errorf("it waited for %s, and Retry-After said a second", waited)
		}
		if got, want := begun(atlas), []int{429, 200, 200}; !slices.Equal(got, want) {
			t.Errorf("asked for a restore it was answered %v, and not %v", got, want)
		}
	})

	t.Run("restores what there was on a day that was saved", func(t *testing.T) {
		atlas := begin(t)
		atlas.Freeze()
		atlas.SetClock(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
		atlas.Save("first-night")
		atlas.Advance((48 * time.Hour).String())
		later, err := restore()
		if err != nil {
			t.Fatal(err)
		}
		atlas.Load("first-night")
		if clock := atlas.Clock(); !clock.Frozen || clock.Now.Day() != 2 {
			t.Errorf("the clock says %v", clock)
		}
		if job, err := restore(); err != nil || !job.GetSnapshotFinishedDate().Before(later.GetSnapshotFinishedDate()) {
			t.Error(job, err)
		}
		if saved := atlas.States(); !slices.Equal(saved, []string{"first-night"}) {
			t.Error(saved)
		}
		atlas.Forget("first-night")
	})

	t.Run("gives up when each job fails", func(t *testing.T) {
		atlas := begin(t)
		atlas.Advance("24h")
		atlas.SetFaults(`[{"job": {"kind": "restore"}, "count": 3, "outcome": {"failAt": 0, "reason": "the disk is full"}}]`)
		if job, err := restore(); err == nil {
			t.Errorf("it ended well: %v", job)
		}
		if script := atlas.Faults(); len(script) != 1 || script[0].Applied != 3 {
			t.Errorf("the script has met %v", script)
		}
		if got, want := begun(atlas), []int{200, 200, 200}; !slices.Equal(got, want) {
			t.Errorf("asked for a restore it was answered %v, and not %v", got, want)
		}
	})
}

// begun is what each request for a restore was answered; a digest's first question, which is always refused, aside.
func begun(atlas *emulator.Emulator) []int {
	var answers []int
	for _, entry := range atlas.Transcript() {
		if entry.Method == "POST" && strings.HasSuffix(entry.Path, "/restoreJobs") && entry.Status != 401 {
			answers = append(answers, entry.Status)
		}
	}
	return answers
}
