package main

import "go.mongodb.org/atlas-sdk/v20250312005/admin"

func walkClusters() {
	step("clusters: list and get the dedicated ones")
	listed := must(client.ClustersApi.ListClusters(ctx, group).Execute())
	expect(listed.GetTotalCount() >= 2, "the clusters big and big-copy, not %+v", listed)
	one := must(client.ClustersApi.GetCluster(ctx, group, big).Execute())
	expect(one.GetName() == big && one.GetGroupId() == group && one.GetStateName() == "IDLE", "the cluster big, not %+v", one)
	expect(len(one.GetReplicationSpecs()) == 1, "one replication spec, not %+v", one.ReplicationSpecs)

	step("clusters: list and get the Flex ones")
	flexes := must(client.FlexClustersApi.ListFlexClusters(ctx, group).Execute())
	expect(flexes.GetTotalCount() >= 3, "the clusters shop, copy and busy, not %+v", flexes)
	flex := must(client.FlexClustersApi.GetFlexCluster(ctx, group, shop).Execute())
	expect(flex.GetName() == shop && flex.GetStateName() == "IDLE", "the cluster shop, not %+v", flex)

	step("clusters: of all projects")
	all := must(client.ClustersApi.ListClustersForAllProjects(ctx).Execute())
	expect(all.GetTotalCount() >= 1, "a project with clusters, not %+v", all)

	step("clusters: each kind refuses the other's name")
	mustFail[*admin.ClusterDescription20240805]("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")(client.ClustersApi.GetCluster(ctx, group, shop).Execute())
	mustFail[*admin.FlexClusterDescription20241113]("CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API")(client.FlexClustersApi.GetFlexCluster(ctx, group, big).Execute())
	mustFail[*admin.FlexClusterDescription20241113]("CLUSTER_NOT_FOUND")(client.FlexClustersApi.GetFlexCluster(ctx, group, "none").Execute())
}
