package main

import "go.mongodb.org/atlas-sdk/v20231115014/admin"

func walkClusters() {
	step("clusters: list and get the dedicated ones")
	listed := must(client.ClustersApi.ListClusters(ctx, group).Execute())
	expect(listed.GetTotalCount() >= 2, "the clusters big and big-copy, not %+v", listed)
	one := must(client.ClustersApi.GetCluster(ctx, group, big).Execute())
	expect(one.GetName() == big && one.GetGroupId() == group && one.GetStateName() == "IDLE", "the cluster big, not %+v", one)
	expect(len(one.GetReplicationSpecs()) == 1, "one replication spec, not %+v", one.ReplicationSpecs)

	step("clusters: of all projects")
	all := must(client.ClustersApi.ListClustersForAllProjects(ctx).Execute())
	expect(all.GetTotalCount() >= 1, "a project with clusters, not %+v", all)

	step("clusters: a Flex cluster's name, and one that does not exist")
	mustFail[*admin.AdvancedClusterDescription]("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")(client.ClustersApi.GetCluster(ctx, group, shop).Execute())
	mustFail[*admin.AdvancedClusterDescription]("CLUSTER_NOT_FOUND")(client.ClustersApi.GetCluster(ctx, group, "none").Execute())
}
