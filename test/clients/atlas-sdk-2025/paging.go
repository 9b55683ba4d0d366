package main

func walkPages() {
	step("paging: 1,200 Flex restore jobs, 500 a page")
	seen := map[string]bool{}
	for page := 1; len(seen) < allJobs; page++ {
		listed := must(client.FlexRestoreJobsApi.ListFlexBackupRestoreJobs(ctx, group, busy).PageNum(page).ItemsPerPage(500).IncludeCount(true).Execute())
		expect(listed.GetTotalCount() == allJobs && len(listed.GetResults()) > 0, "page %d of %d jobs, not %d of %d", page, allJobs, len(listed.GetResults()), listed.GetTotalCount())
		for _, job := range listed.GetResults() {
			expect(!seen[job.GetId()], "each job once, %s came twice", job.GetId())
			seen[job.GetId()] = true
		}
	}
	expect(len(seen) == allJobs, "%d jobs, not %d", allJobs, len(seen))
}
