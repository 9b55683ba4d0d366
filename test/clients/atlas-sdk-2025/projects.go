package main

import "go.mongodb.org/atlas-sdk/v20250312005/admin"

func walkProjects() {
	step("root: whose key this is")
	status := must(client.RootApi.GetSystemStatus(ctx).Execute())
	expect(status.GetAppName() == "MongoDB Atlas", "the application's name, not %q", status.GetAppName())

	step("projects: list, of all organizations and of one")
	listed := must(client.ProjectsApi.ListProjects(ctx).Execute())
	expect(listed.GetTotalCount() >= 1 && len(listed.GetResults()) >= 1, "a project, not %+v", listed)
	ofOrganization := must(client.OrganizationsApi.ListOrganizationProjects(ctx, org).Execute())
	expect(ofOrganization.GetTotalCount() >= 1, "a project of the organization, not %+v", ofOrganization)

	step("projects: get by ID and by name")
	byID := must(client.ProjectsApi.GetProject(ctx, group).Execute())
	expect(byID.GetId() == group && byID.GetOrgId() == org, "the project, not %+v", byID)
	byName := must(client.ProjectsApi.GetProjectByName(ctx, byID.GetName()).Execute())
	expect(byName.GetId() == group, "the project, not %+v", byName)

	step("projects: one that does not exist")
	mustFail[*admin.Group]("GROUP_NOT_FOUND")(client.ProjectsApi.GetProject(ctx, noID).Execute())

	step("projects: create, rename, delete")
	created := must(client.ProjectsApi.CreateProject(ctx, &admin.Group{Name: "walk-2025", OrgId: org}).Execute())
	renamed := must(client.ProjectsApi.UpdateProject(ctx, created.GetId(), &admin.GroupUpdate{Name: admin.PtrString("walked-2025")}).Execute())
	expect(renamed.GetName() == "walked-2025", "the new name, not %+v", renamed)
	done(client.ProjectsApi.DeleteProject(ctx, created.GetId()).Execute())
	mustFail[*admin.Group]("GROUP_NOT_FOUND")(client.ProjectsApi.GetProject(ctx, created.GetId()).Execute())
}
