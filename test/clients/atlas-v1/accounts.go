package main

import "go.mongodb.org/atlas/mongodbatlas"

func walkAccounts() {
	step("organizations: list, get, and the projects of one")
	listed := must(client.Organizations.List(ctx, nil))
	expect(listed.TotalCount == 1, "one organization, not %+v", listed)
	one := must(client.Organizations.Get(ctx, org))
	expect(one.ID == org, "the organization, not %+v", one)
	projects := must(client.Organizations.Projects(ctx, org, nil))
	expect(projects.TotalCount >= 1, "a project, not %+v", projects)

	step("API keys: create, change, list, get")
	created := must(client.APIKeys.Create(ctx, org, &mongodbatlas.APIKeyInput{Desc: "walk v1", Roles: []string{"ORG_MEMBER"}}))
	expect(len(created.PublicKey) == 8 && created.PrivateKey != "", "a whole key, not %+v", created)
	changed := must(client.APIKeys.Update(ctx, org, created.ID, &mongodbatlas.APIKeyInput{Desc: "walked v1", Roles: []string{"ORG_READ_ONLY"}}))
	expect(changed.Desc == "walked v1" && len(changed.Roles) == 1 && changed.Roles[0].RoleName == "ORG_READ_ONLY", "what was changed, not %+v", changed)
	keys := must(client.APIKeys.List(ctx, org, nil))
	expect(len(keys) >= 2, "two keys, not %+v", keys)
	key := must(client.APIKeys.Get(ctx, org, created.ID))
	expect(key.PublicKey == created.PublicKey && key.PrivateKey != created.PrivateKey, "the key with its secret masked, not %+v", key)

	step("the access list of an API key: add, list, remove")
	added := must(client.AccessListAPIKeys.Create(ctx, org, created.ID, []*mongodbatlas.AccessListAPIKeysReq{{CidrBlock: "192.0.2.0/24"}, {IPAddress: "198.51.100.7"}}))
	expect(added.TotalCount == 2, "two entries, not %+v", added)
	// The client leaves the escaping to whoever calls it.
	block := must(client.AccessListAPIKeys.Get(ctx, org, created.ID, "192.0.2.0%2F24"))
	expect(block.CidrBlock == "192.0.2.0/24", "the block, not %+v", block)
	done(client.AccessListAPIKeys.Delete(ctx, org, created.ID, "198.51.100.7"))
	entries := must(client.AccessListAPIKeys.List(ctx, org, created.ID, nil))
	expect(entries.TotalCount == 1, "one entry, not %+v", entries)

	step("API keys: delete")
	done(client.APIKeys.Delete(ctx, org, created.ID))
	mustFail[*mongodbatlas.APIKey]("API_KEY_NOT_FOUND")(client.APIKeys.Get(ctx, org, created.ID))

	step("the access list of the project: add, list, remove")
	must(client.ProjectIPAccessList.Create(ctx, group, []*mongodbatlas.ProjectIPAccessList{{CIDRBlock: "203.0.113.0/24", Comment: "walk v1"}}))
	access := must(client.ProjectIPAccessList.List(ctx, group, nil))
	expect(access.TotalCount == 1 && access.Results[0].Comment == "walk v1", "the entry, not %+v", access)
	done(client.ProjectIPAccessList.Delete(ctx, group, "203.0.113.0/24"))
}
