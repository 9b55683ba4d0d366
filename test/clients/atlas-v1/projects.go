package main

import "go.mongodb.org/atlas/mongodbatlas"

func walkProjects() {
	step("root: whose key this is, and the service's version")
	root, response, err := client.Root.List(ctx, nil)
	check(err)
	expect(root.APIKey.PublicKey != "", "a public key, not %+v", root)
	version := response.ServiceVersion()
	expect(version != nil && version.Version != "" && len(version.GitHash) == 40, "a version that the client can read, not %+v", version)

	step("projects: list and get")
	listed := must(client.Projects.GetAllProjects(ctx, nil))
	expect(listed.TotalCount >= 1, "a project, not %+v", listed)
	one := must(client.Projects.GetOneProject(ctx, group))
	expect(one.ID == group, "the project, not %+v", one)

	step("clusters: list and get")
	clusters := must(client.Clusters.List(ctx, group, nil))
	expect(len(clusters) >= 2, "clusters, not %+v", clusters)
	cluster := must(client.Clusters.Get(ctx, group, clusters[0].Name))
	expect(cluster.GroupID == group && cluster.StateName == "IDLE" && cluster.ProviderSettings != nil, "the cluster, not %+v", cluster)
	mustFail[*mongodbatlas.Cluster]("CLUSTER_NOT_FOUND")(client.Clusters.Get(ctx, group, "none"))
}
