package main

func walkEvents() {
	step("events: list by type, and get one")
	listed := must(client.EventsApi.ListProjectEvents(ctx, group).EventType([]string{"TENANT_RESTORE_COMPLETED_AUDIT"}).IncludeCount(true).Execute())
	expect(len(listed.GetResults()) >= 1, "the end of a restore among the events, not %+v", listed)
	for _, event := range listed.GetResults() {
		expect(event.GetEventTypeName() == "TENANT_RESTORE_COMPLETED_AUDIT", "the type asked for, not %+v", event)
	}
	first := listed.GetResults()[0]
	one := must(client.EventsApi.GetProjectEvent(ctx, group, first.GetId()).Execute())
	expect(one.GetId() == first.GetId() && one.GetGroupId() == group, "the same event, not %+v", one)
}
