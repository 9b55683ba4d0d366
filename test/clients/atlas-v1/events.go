package main

import "go.mongodb.org/atlas/mongodbatlas"

func walkEvents() {
	step("events: list by type, and get one")
	wanted := &mongodbatlas.EventListOptions{EventType: []string{"TENANT_RESTORE_COMPLETED_AUDIT"}}
	listed := must(client.Events.ListProjectEvents(ctx, group, wanted))
	expect(len(listed.Results) >= 1, "the end of a restore among the events, not %+v", listed)
	for _, event := range listed.Results {
		expect(event.EventTypeName == "TENANT_RESTORE_COMPLETED_AUDIT", "the type asked for, not %+v", event)
	}
	first := listed.Results[0]
	one := must(client.Events.GetProjectEvent(ctx, group, first.ID))
	expect(one.ID == first.ID && one.GroupID == group, "the same event, not %+v", one)

	step("events: of the organization")
	all := must(client.Events.ListOrganizationEvents(ctx, org, nil))
	expect(all.TotalCount >= 1, "an event, not %+v", all)
}
