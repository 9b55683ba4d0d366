// Written by `npm run console:types`.
export interface paths {
    "/api/atlas/v2/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the projects of the caller */
        get: operations["listProjects"];
        put?: never;
        /** Make a project in an organization */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one project */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /** Delete a project that has no clusters */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /** Rename or tag a project */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/accessList": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the access list of a project */
        get: operations["listProjectIpAccessLists"];
        put?: never;
        /** Add to the access list of a project */
        post: operations["createProjectIpAccessList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/accessList/{entryValue}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one entry of the access list of a project */
        get: operations["getProjectIpList"];
        put?: never;
        post?: never;
        /** Remove an entry from the access list of a project */
        delete: operations["deleteProjectIpAccessList"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/accessList/{entryValue}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the state of an entry of the access list of a project */
        get: operations["getProjectIpAccessListStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/apiKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get all API keys that have a role on a project */
        get: operations["listProjectApiKeys"];
        put?: never;
        /** Create an API key with roles on a project */
        post: operations["createProjectApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/apiKeys/{apiUserId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an API key of the organization roles on a project */
        post: operations["addProjectApiKey"];
        /** Take an API key out of a project */
        delete: operations["removeProjectApiKey"];
        options?: never;
        head?: never;
        /** Change the roles of an API key on a project */
        patch: operations["updateApiKeyRoles"];
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the events of a project, newest first */
        get: operations["listProjectEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one event of a project */
        get: operations["getProjectEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/serviceAccounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get all service accounts with a role on a project */
        get: operations["listProjectServiceAccounts"];
        put?: never;
        /** Create a service account with roles on a project */
        post: operations["createProjectServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/serviceAccounts/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one service account of a project */
        get: operations["getProjectServiceAccount"];
        put?: never;
        /** Give a service account of the organization roles on a project; the path ends in :invite */
        post: operations["inviteProjectServiceAccount"];
        /** Take a service account out of a project */
        delete: operations["deleteProjectServiceAccount"];
        options?: never;
        head?: never;
        /** Change a service account of a project */
        patch: operations["updateProjectServiceAccount"];
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/serviceAccounts/{clientId}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make another secret of a service account of a project */
        post: operations["createProjectServiceAccountSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/groups/{groupId}/serviceAccounts/{clientId}/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a secret of a service account of a project */
        delete: operations["deleteProjectServiceAccountSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the organizations of the caller */
        get: operations["listOrganizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one organization */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename an organization */
        patch: operations["updateOrganization"];
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/apiKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get all API keys of an organization */
        get: operations["listApiKeys"];
        put?: never;
        /** Create an API key of an organization */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/apiKeys/{apiUserId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one API key of an organization */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /** Delete an API key */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        /** Change an API key of an organization */
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/apiKeys/{apiUserId}/accessList": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the access list of an API key */
        get: operations["listApiKeyAccessListsEntries"];
        put?: never;
        /** Add to the access list of an API key */
        post: operations["createApiKeyAccessList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/apiKeys/{apiUserId}/accessList/{ipAddress}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one entry of the access list of an API key */
        get: operations["getApiKeyAccessList"];
        put?: never;
        post?: never;
        /** Remove an entry from the access list of an API key */
        delete: operations["deleteApiKeyAccessListEntry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the events of an organization, newest first */
        get: operations["listOrganizationEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one event of an organization */
        get: operations["getOrganizationEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/serviceAccounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get all service accounts of an organization */
        get: operations["listServiceAccounts"];
        put?: never;
        /** Create a service account */
        post: operations["createServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/serviceAccounts/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one service account */
        get: operations["getServiceAccount"];
        put?: never;
        post?: never;
        /** Delete a service account */
        delete: operations["deleteServiceAccount"];
        options?: never;
        head?: never;
        /** Change a service account */
        patch: operations["updateServiceAccount"];
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/serviceAccounts/{clientId}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the projects of a service account */
        get: operations["listServiceAccountProjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/serviceAccounts/{clientId}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make another secret of a service account */
        post: operations["createServiceAccountSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/atlas/v2/orgs/{orgId}/serviceAccounts/{clientId}/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a secret of a service account */
        delete: operations["deleteServiceAccountSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/downloads/{jobId}/{token}/{fileName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The archive of a DOWNLOAD job, by its signed link; no other credentials */
        get: operations["download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/organizations/{organizationId}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may sign in, oldest first */
        get: operations["native.listUsers"];
        put?: never;
        /** Make a user, with a first password */
        post: operations["native.createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/organizations/{organizationId}/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One user */
        get: operations["native.getUser"];
        put?: never;
        post?: never;
        /** Delete a user, with every session, at once */
        delete: operations["native.deleteUser"];
        options?: never;
        head?: never;
        /** Replace a user's roles, or the password, which ends every session */
        patch: operations["native.updateUser"];
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One project */
        get: operations["native.getProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/auditLog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change and every download in the organization of the project, newest first */
        get: operations["native.listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The registered deployments */
        get: operations["native.listClusters"];
        put?: never;
        /** Register a deployment */
        post: operations["native.registerCluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One registered deployment */
        get: operations["native.getCluster"];
        put?: never;
        post?: never;
        /** Take a cluster away; its snapshots stay in the vault, and are there again when a cluster of its name is registered */
        delete: operations["native.unregisterCluster"];
        options?: never;
        head?: never;
        /** Another connection string for a cluster, or another tier */
        patch: operations["native.updateCluster"];
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The drills of a cluster, newest first */
        get: operations["native.listDrills"];
        put?: never;
        /** Rehearse the restore of the newest snapshot, and compare */
        post: operations["native.startDrill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/drills/{drillId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One drill, with its progress and its report */
        get: operations["native.getDrill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/drills/{drillId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a drill that waits or runs */
        post: operations["native.cancelDrill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/restoreJobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The restore jobs of a cluster, newest first */
        get: operations["native.listRestoreJobs"];
        put?: never;
        /** Restore a snapshot, whole or in part, into a cluster */
        post: operations["native.startRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/restoreJobs/{restoreJobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One restore job, with its progress and its verification */
        get: operations["native.getRestoreJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/restoreJobs/{restoreJobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a restore that waits or runs; refused once its target is being replaced */
        post: operations["native.cancelRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/restoreJobs/{restoreJobId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a restore that failed while its target was being replaced */
        post: operations["native.resumeRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/restoreJobs/{restoreJobId}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back what a restore replaced, from the snapshot that was taken before it */
        post: operations["native.undoRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When snapshots of a cluster are due and how long they are kept */
        get: operations["native.getSchedule"];
        /** Replace the schedule of a cluster */
        put: operations["native.setSchedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/schedule/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a schedule would do; nothing is stored */
        post: operations["native.previewSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The snapshots of a cluster by when they were asked for, oldest first */
        get: operations["native.listSnapshots"];
        put?: never;
        /** Take a snapshot now */
        post: operations["native.takeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One snapshot, with its progress */
        get: operations["native.getSnapshot"];
        put?: never;
        post?: never;
        /** Delete a snapshot that has ended */
        delete: operations["native.deleteSnapshot"];
        options?: never;
        head?: never;
        /** Change the description of a snapshot and how long it is kept, put it under a legal hold, or release it */
        patch: operations["native.updateSnapshot"];
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a snapshot that waits or runs */
        post: operations["native.cancelSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is in a snapshot, as its manifest has it, by name */
        get: operations["native.listSnapshotCollections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link to a snapshot as one `.tar.gz`, good for four hours and without credentials */
        post: operations["native.createDownload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/downloads/{restoreJobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A link that was made before */
        get: operations["native.getDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read everything of a snapshot again in the vault; what was found is told by the snapshot */
        post: operations["native.verifySnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/connectionTests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Connect to a deployment and say what it is, or why it cannot be reached; nothing is kept */
        post: operations["native.testConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Snapshots, restores, downloads and drills of all clusters, newest first */
        get: operations["native.listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How all clusters of the project stand, and what needs attention, most urgent first */
        get: operations["native.getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes of the project as server-sent events: `change` with what has changed, `resync` when some may have been missed */
        get: operations["native.streamChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/vault": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the snapshots of all projects take in the vault of this installation */
        get: operations["native.getVaultStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the ends of jobs are told */
        get: operations["native.listWebhooks"];
        put?: never;
        /** Tell a URL of the ends of jobs, by signed messages */
        post: operations["native.createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook */
        get: operations["native.getWebhook"];
        put?: never;
        post?: never;
        /** Tell it nothing any more; its deliveries are forgotten */
        delete: operations["native.deleteWebhook"];
        options?: never;
        head?: never;
        /** Change what a webhook is told of, or switch it off */
        patch: operations["native.updateWebhook"];
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The messages of the last 30 days and what came of them, newest first */
        get: operations["native.listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message once more */
        post: operations["native.redeliverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/projects/{projectId}/webhooks/{webhookId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message now */
        post: operations["native.testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and what they may do */
        get: operations["native.getSession"];
        put?: never;
        /** Sign in with a name and a password */
        post: operations["native.signIn"];
        /** Sign out */
        delete: operations["native.signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the own password, which ends every other session */
        put: operations["native.changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lifeboat/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the first owner is still to be set up */
        get: operations["native.getSetup"];
        put?: never;
        /** Set up the first owner, and sign in; with an organization and a project, where there is none yet */
        post: operations["native.setUpOwner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiKeyUserDetails: {
            desc: string;
            id: string;
            links: components["schemas"]["Link"][];
            /** @description Whole in the answer that made the key; its last twelve characters ever after. */
            privateKey: string;
            publicKey: string;
            roles: components["schemas"]["CloudAccessRoleAssignment"][];
        };
        AtlasOrganization: {
            id: string;
            isDeleted: boolean;
            links: components["schemas"]["Link"][];
            name: string;
            skipDefaultAlertsSettings: boolean;
        };
        AtlasOrganizationUpdate: {
            name: string;
        };
        AuditEntry: {
            /** @description Atlas' name of the event, where it has one */
            action: string;
            /** @description Absent for Lifeboat itself, its operator at the machine, and the holder of a link */
            by?: {
                id: string;
                name: string;
            };
            /** @description The cluster that it was done to */
            clusterName?: string;
            /** Format: date-time */
            createdAt: string;
            /** @description SHA-256 over the hash of the entry before and the content of this one */
            hash: string;
            number: number;
            /** @description Absent where it is about the installation */
            organizationId?: string;
            /** @description The project that it was done in */
            projectId?: string;
            /** @description From where */
            remoteAddress?: string;
            /** @description `done`, or the code of what refused it */
            result: string;
            /** @description What it was done to, by id or by name */
            subject?: string;
        };
        CloudAccessRoleAssignment: {
            groupId?: string;
            orgId?: string;
            /** @enum {string} */
            roleName: "ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY" | "GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER";
        };
        Cluster: {
            /** @enum {string} */
            backingProvider: "AWS" | "AZURE" | "GCP";
            /** @description Without credentials. */
            connectionString: string;
            /** Format: date-time */
            createdAt: string;
            /** @description The one database that is this cluster, on a server that it shares. */
            database?: string;
            /** @description Its addresses. */
            deployment: string;
            id: string;
            lastProven?: {
                /** Format: date-time */
                at: string;
                documentsPerSecond: number;
                durationSeconds: number;
                snapshotId: string;
            };
            /** @enum {string} */
            lifecycle: "registered" | "created" | "parked";
            mongodbVersion: string;
            name: string;
            projectId: string;
            region: string;
            tags: components["schemas"]["ResourceTag"][];
            terminationProtection: boolean;
            /** @enum {string} */
            tier: "FLEX" | "M2" | "M5" | "M10" | "M20" | "M30" | "M40" | "M50" | "M60" | "M80" | "M100" | "M140" | "M200" | "M300" | "R40" | "R50" | "R60" | "R80" | "R200" | "R300" | "R400" | "R700" | "M40_NVME" | "M50_NVME" | "M60_NVME" | "M80_NVME" | "M200_NVME" | "M400_NVME";
            /** @enum {string} */
            topology: "standalone" | "replicaSet" | "sharded";
        };
        ClusterOverview: {
            attention: {
                code: string;
                hint?: string;
                message: string;
                /** @enum {string} */
                severity: "critical" | "warning" | "info";
            }[];
            id: string;
            lastCompletedSnapshot?: components["schemas"]["Snapshot"];
            lastProven?: {
                /** Format: date-time */
                at: string;
                documentsPerSecond: number;
                durationSeconds: number;
                snapshotId: string;
            };
            lastSnapshot?: components["schemas"]["Snapshot"];
            mongodbVersion: string;
            name: string;
            /** Format: date-time */
            nextSnapshotAt?: string;
            runningJobs: number;
            /** @description Of the last completed snapshots, oldest first. */
            sizes: {
                /** Format: date-time */
                at: string;
                logicalBytes: number;
                newBytes: number;
            }[];
            /** @enum {string} */
            tier: "FLEX" | "M2" | "M5" | "M10" | "M20" | "M30" | "M40" | "M50" | "M60" | "M80" | "M100" | "M140" | "M200" | "M300" | "R40" | "R50" | "R60" | "R80" | "R200" | "R300" | "R400" | "R700" | "M40_NVME" | "M50_NVME" | "M60_NVME" | "M80_NVME" | "M200_NVME" | "M400_NVME";
            /** @enum {string} */
            topology: "standalone" | "replicaSet" | "sharded";
        };
        CollectionProgress: {
            bytes: number;
            documents: number;
            namespace: string;
            phase: string;
            totalBytes: number;
            totalDocuments: number;
        };
        ConnectionTest: {
            /** @description Why it is not reachable, as registering it would answer. */
            code?: string;
            /** @description What a snapshot would be a picture of, and why. */
            consistency?: {
                /** @enum {string} */
                label: "point-in-time" | "quiesced" | "per-collection";
                reason: string;
            };
            databases?: number;
            /** @description Its addresses. */
            deployment?: string;
            hint?: string;
            message?: string;
            missingRights?: string[];
            mongodbVersion?: string;
            reachable: boolean;
            /** @enum {string} */
            topology?: "standalone" | "replicaSet" | "sharded";
        };
        CreateAtlasOrganizationApiKey: {
            desc: string;
            roles: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY")[];
        };
        CreateAtlasProjectApiKey: {
            desc: string;
            roles: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY" | "GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
        };
        CreatedWebhook: {
            /** Format: date-time */
            createdAt: string;
            enabled: boolean;
            events: ("snapshot.completed" | "snapshot.failed" | "restore.completed" | "restore.failed" | "drill.completed" | "drill.failed" | "alert.raised" | "alert.cleared")[];
            id: string;
            projectId: string;
            /** @description What its messages are signed with; shown this once */
            secret: string;
            /** @description Without its path and query, which may be a secret */
            url: string;
        };
        Download: {
            bytes?: number;
            /** Format: date-time */
            expiresAt: string;
            fileName: string;
            id: string;
            /** @description Absent once it has expired. */
            url?: string;
        };
        Drill: {
            cancelled: boolean;
            clusterName: string;
            differences: string[];
            documents?: number;
            documentsPerSecond?: number;
            durationSeconds?: number;
            failure?: components["schemas"]["JobFailure"];
            /** Format: date-time */
            finishedAt?: string;
            id: string;
            progress: components["schemas"]["JobProgress"];
            projectId: string;
            /** Format: date-time */
            scheduledAt: string;
            snapshotId: string;
            /** Format: date-time */
            startedAt?: string;
            /** @enum {string} */
            status: "PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED";
            targetClusterName: string;
            targetProjectId: string;
            /** @enum {string} */
            verdict?: "proven" | "differs" | "failed";
            warnings: string[];
        };
        Event: {
            apiKeyId?: string;
            /** Format: date-time */
            created: string;
            /** @enum {string} */
            eventTypeName: "TENANT_SNAPSHOT_STARTED_AUDIT" | "TENANT_SNAPSHOT_COMPLETED_AUDIT" | "TENANT_SNAPSHOT_FAILED" | "TENANT_SNAPSHOT_DELETED_AUDIT" | "TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT" | "TENANT_RESTORE_REQUESTED_AUDIT" | "TENANT_RESTORE_COMPLETED_AUDIT" | "TENANT_RESTORE_FAILED" | "CLUSTER_CREATED" | "CLUSTER_READY" | "CLUSTER_DELETED" | "GROUP_CREATED" | "GROUP_DELETED" | "NETWORK_PERMISSION_ENTRY_ADDED" | "NETWORK_PERMISSION_ENTRY_UPDATED" | "NETWORK_PERMISSION_ENTRY_REMOVED" | "API_KEY_CREATED" | "API_KEY_DELETED" | "API_KEY_DESCRIPTION_CHANGED" | "API_KEY_ROLES_CHANGED" | "API_KEY_ADDED_TO_GROUP" | "API_KEY_REMOVED_FROM_GROUP" | "API_KEY_ACCESS_LIST_ENTRY_ADDED" | "API_KEY_ACCESS_LIST_ENTRY_DELETED" | "SERVICE_ACCOUNT_CREATED" | "SERVICE_ACCOUNT_DELETED" | "SERVICE_ACCOUNT_DETAILS_CHANGED" | "SERVICE_ACCOUNT_ROLES_CHANGED" | "SERVICE_ACCOUNT_ADDED_TO_GROUP" | "SERVICE_ACCOUNT_REMOVED_FROM_GROUP" | "SERVICE_ACCOUNT_SECRET_ADDED" | "SERVICE_ACCOUNT_SECRET_DELETED";
            groupId?: string;
            id: string;
            isGlobalAdmin: boolean;
            links: components["schemas"]["Link"][];
            orgId: string;
            publicKey?: string;
            /** @description With includeRaw=true. */
            raw?: {
                /** @constant */
                _t: "NDS_AUDIT";
                cid?: string;
                /** Format: date-time */
                cre: string;
                description: string;
                id: string;
                orgId: string;
                /** @enum {string} */
                severity: "ERROR" | "INFO";
            };
            remoteAddress?: string;
            whitelistEntry?: string;
        };
        Grant: {
            organizationId: string;
            /** @description null for a role on the organization. */
            projectId: string | null;
            /** @enum {string} */
            roleName: "ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY" | "GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER";
        };
        Group: {
            /** Format: int64 */
            clusterCount: number;
            /** Format: date-time */
            created: string;
            id: string;
            links: components["schemas"]["Link"][];
            name: string;
            orgId: string;
            tags: components["schemas"]["ResourceTag"][];
        };
        GroupRequest: {
            name: string;
            orgId: string;
            regionUsageRestrictions?: string;
            tags?: components["schemas"]["ResourceTag"][];
            withDefaultAlertsSettings?: boolean;
        };
        GroupServiceAccount: {
            clientId: string;
            /** Format: date-time */
            createdAt: string;
            description: string;
            name: string;
            roles: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
            secrets: components["schemas"]["ServiceAccountSecret"][];
        };
        GroupServiceAccountRequest: {
            description: string;
            name: string;
            roles: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
            /** Format: int32 */
            secretExpiresAfterHours: number;
        };
        GroupServiceAccountRoleAssignment: {
            roles: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
        };
        GroupServiceAccountUpdateRequest: {
            description?: string;
            name?: string;
            roles?: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
        };
        GroupUpdate: {
            name?: string;
            tags?: components["schemas"]["ResourceTag"][];
        };
        Impact: {
            after?: {
                bytes: number;
                documents: number;
            };
            before?: {
                bytes: number;
                documents: number;
            };
            kind: string;
            namespace: string;
        };
        Job: {
            bytes?: number;
            cancelled: boolean;
            clusterName: string;
            /**
             * Format: date-time
             * @description Of a snapshot that is gone.
             */
            deletedAt?: string;
            documents?: number;
            failure?: components["schemas"]["JobFailure"];
            /** Format: date-time */
            finishedAt?: string;
            id: string;
            /** @enum {string} */
            kind: "snapshot" | "restore" | "download" | "drill";
            progress: components["schemas"]["JobProgress"];
            /** Format: date-time */
            scheduledAt: string;
            snapshotId?: string;
            /** Format: date-time */
            startedAt?: string;
            /** @enum {string} */
            status: "PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED";
            targetClusterName?: string;
            targetProjectId?: string;
        };
        JobFailure: {
            code: string;
            hint?: string;
            message: string;
        };
        JobProgress: {
            bytes?: number;
            documents?: number;
            namespace?: string;
            phase?: string;
            rate?: components["schemas"]["JobRate"];
            remainingSeconds?: number;
            totalBytes?: number;
            totalDocuments?: number;
        };
        JobRate: {
            bytesPerSecond: number;
            documentsPerSecond: number;
        };
        Link: {
            href: string;
            rel: string;
        };
        NetworkPermissionEntry: {
            awsSecurityGroup?: string;
            cidrBlock?: string;
            comment?: string;
            /** Format: date-time */
            deleteAfterDate?: string;
            groupId: string;
            ipAddress?: string;
            links: components["schemas"]["Link"][];
        };
        NetworkPermissionEntryRequest: {
            awsSecurityGroup?: string;
            cidrBlock?: string;
            comment?: string;
            /** Format: date-time */
            deleteAfterDate?: string;
            ipAddress?: string;
        };
        NetworkPermissionEntryStatus: {
            /** @constant */
            STATUS: "ACTIVE";
        };
        OrgServiceAccount: {
            clientId: string;
            /** Format: date-time */
            createdAt: string;
            description: string;
            name: string;
            roles: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY")[];
            secrets: components["schemas"]["ServiceAccountSecret"][];
        };
        OrgServiceAccountRequest: {
            description: string;
            name: string;
            roles: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY")[];
            /** Format: int32 */
            secretExpiresAfterHours: number;
        };
        OrgServiceAccountUpdateRequest: {
            description?: string;
            name?: string;
            roles?: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY")[];
        };
        Overview: {
            attention: {
                clusterName?: string;
                code: string;
                hint?: string;
                message: string;
                /** @enum {string} */
                severity: "critical" | "warning" | "info";
            }[];
            clusters: components["schemas"]["ClusterOverview"][];
            vault?: components["schemas"]["VaultStatus"];
        };
        Project: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            name: string;
            organizationId: string;
            settings: {
                [key: string]: boolean;
            };
            tags: components["schemas"]["ResourceTag"][];
        };
        ResourceTag: {
            key: string;
            value: string;
        };
        RestoreForecast: {
            created: components["schemas"]["Impact"][];
            dropped: components["schemas"]["Impact"][];
            /** @constant */
            dryRun: true;
            estimate?: {
                bytesPerSecond: number;
                measuredOn: number;
                seconds: number;
            };
            kept: components["schemas"]["Impact"][];
            refusals: {
                code: string;
                message: string;
            }[];
            replaced: components["schemas"]["Impact"][];
            room: {
                freeBytes?: number;
                leastBytes: number;
                logicalBytes: number;
            };
            safetySnapshot: boolean;
            warnings: string[];
        };
        RestoreJob: {
            cancelled: boolean;
            clusterId: string;
            clusterName: string;
            /** @description While it runs: those that are under way, and the largest. */
            collections?: components["schemas"]["CollectionProgress"][];
            /** @enum {string} */
            deliveryType: "RESTORE" | "DOWNLOAD";
            /** Format: date-time */
            expiresAt: string;
            failure?: components["schemas"]["JobFailure"];
            /** Format: date-time */
            finishedAt?: string;
            id: string;
            options: {
                [key: string]: unknown;
            };
            progress: components["schemas"]["JobProgress"];
            projectId: string;
            rate?: components["schemas"]["JobRate"];
            remainingSeconds?: number;
            safetySnapshotId?: string;
            /** Format: date-time */
            scheduledAt: string;
            /** Format: date-time */
            snapshotFinishedAt: string;
            snapshotId: string;
            /** Format: date-time */
            startedAt?: string;
            /** @enum {string} */
            status: "PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED";
            targetClusterName: string;
            targetProjectId: string;
            verification?: {
                [key: string]: unknown;
            };
        };
        Schedule: {
            drill?: {
                /** @enum {string} */
                every: "day" | "week" | "month";
                /** @description How old the newest proven restore may become. */
                objectiveDays: number;
            };
            /** Format: date-time */
            nextSnapshotAt?: string;
            paused: boolean;
            policy: {
                /** @description Of hours: 1, 2, 4, 6, 8 or 12; of days: 1; the day of the week from Monday on; the day of the month (40: the last); the month of the year. */
                frequencyInterval: number;
                /** @enum {string} */
                frequencyType: "hourly" | "daily" | "weekly" | "monthly" | "yearly";
                id: string;
                /** @enum {string} */
                retentionUnit: "days" | "weeks" | "months" | "years";
                retentionValue: number;
            }[];
            /** @description The cluster's hour of creation where it is not given. */
            referenceHourOfDay: number;
            /** @description The cluster's minute of creation where it is not given. */
            referenceMinuteOfHour: number;
            /** @description As Europe/Berlin. UTC where it is not given. */
            timeZone: string;
        };
        SchedulePreview: {
            deletedNow: components["schemas"]["Snapshot"][];
            kept: {
                atMost: number;
                byType: {
                    [key: string]: number;
                };
            };
            next: {
                /** Format: date-time */
                at: string;
                frequencyTypes: ("hourly" | "daily" | "weekly" | "monthly" | "yearly")[];
            }[];
        };
        ScheduleRequest: {
            drill?: {
                /** @enum {string} */
                every: "day" | "week" | "month";
                /** @description How old the newest proven restore may become. */
                objectiveDays: number;
            } | null;
            /** @description Taken as it was answered, and ignored. */
            nextSnapshotAt?: unknown;
            paused?: boolean;
            policy: {
                /** @description Of hours: 1, 2, 4, 6, 8 or 12; of days: 1; the day of the week from Monday on; the day of the month (40: the last); the month of the year. */
                frequencyInterval: number;
                /** @enum {string} */
                frequencyType: "hourly" | "daily" | "weekly" | "monthly" | "yearly";
                id?: string;
                /** @enum {string} */
                retentionUnit: "days" | "weeks" | "months" | "years";
                retentionValue: number;
            }[];
            /** @description The cluster's hour of creation where it is not given. */
            referenceHourOfDay?: number;
            /** @description The cluster's minute of creation where it is not given. */
            referenceMinuteOfHour?: number;
            /** @description As Europe/Berlin. UTC where it is not given. */
            timeZone?: string;
            /** @description Whether snapshots that were taken before are kept by the new policy, too; true where it is not given. */
            updateSnapshots?: boolean;
        };
        ServiceAccountGroup: {
            groupId: string;
        };
        ServiceAccountSecret: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt?: string;
            maskedSecretValue?: string;
            /** @description Once, in the answer that made it. */
            secret?: string;
        };
        ServiceAccountSecretRequest: {
            /** Format: int32 */
            secretExpiresAfterHours: number;
        };
        Session: {
            /** @description For the header X-CSRF-Token of every request by cookie that is not GET or HEAD. */
            csrfToken: string;
            /**
             * Format: date-time
             * @description When the session ends, unless it is used.
             */
            expiresAt: string;
            organization: {
                id: string;
                name: string;
            };
            organizationPermissions: ("read" | "create-project" | "manage")[];
            projects: {
                id: string;
                name: string;
                permissions: ("read" | "download" | "restore" | "backup" | "clusters" | "manage" | "register")[];
            }[];
            user: {
                grants: components["schemas"]["Grant"][];
                id: string;
                username: string;
            };
            /** @description Of Lifeboat. */
            version: string;
        };
        Snapshot: {
            cancelled: boolean;
            clusterId: string;
            clusterName: string;
            collections?: number;
            /** @enum {string} */
            consistency?: "point-in-time" | "quiesced" | "per-collection";
            description?: string;
            documents?: number;
            /** Format: date-time */
            expiresAt: string;
            failure?: components["schemas"]["JobFailure"];
            /** Format: date-time */
            finishedAt?: string;
            /** @enum {string} */
            frequencyType?: "hourly" | "daily" | "weekly" | "monthly" | "yearly";
            /** @description Under a legal hold: neither deleted nor given up. */
            hold: boolean;
            id: string;
            imported: boolean;
            logicalBytes?: number;
            mongodbVersion?: string;
            newBytes?: number;
            /** @description The items of the policy that it was due for; none of one that was taken on demand. */
            policyItems: string[];
            progress: components["schemas"]["JobProgress"];
            projectId: string;
            /** Format: date-time */
            scheduledAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** @enum {string} */
            status: "PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED";
            storedBytes?: number;
            verification?: components["schemas"]["Verification"];
            verified?: components["schemas"]["Verified"];
        };
        SnapshotChange: {
            /** @description `null`: none any more. */
            description?: string | null;
            /** Format: date-time */
            expiresAt?: string;
            /** @description Whether it is neither deleted nor given up, whatever its expiry says */
            hold?: boolean;
        };
        SnapshotCollection: {
            collection: string;
            database: string;
            documents: number;
            indexes: number;
            logicalBytes: number;
            storedBytes: number;
            /** @enum {string} */
            type: "collection" | "view" | "timeseries";
        };
        UpdateAtlasOrganizationApiKey: {
            desc?: string;
            roles?: ("ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY")[];
        };
        UpdateAtlasProjectApiKey: {
            desc?: string;
            roles?: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
        };
        User: {
            /** Format: date-time */
            createdAt: string;
            grants: components["schemas"]["Grant"][];
            id: string;
            /** Format: date-time */
            lastSignInAt?: string;
            username: string;
        };
        UserAccessListRequest: {
            cidrBlock?: string;
            ipAddress?: string;
        };
        UserAccessListResponse: {
            cidrBlock: string;
            /** Format: int32 */
            count?: number;
            /** Format: date-time */
            created: string;
            ipAddress?: string;
            /** Format: date-time */
            lastUsed?: string;
            lastUsedAddress?: string;
            links: components["schemas"]["Link"][];
        };
        UserAccessRoleAssignment: {
            roles: ("GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER")[];
        };
        VaultStatus: {
            chunks: number;
            logicalBytes: number;
            ratio?: number;
            snapshots: number;
            storedBytes: number;
        };
        VaultWithKey: {
            chunks: number;
            /** @description The settings give the key: whoever wrote them has it. */
            isKeyInSettings: boolean;
            /**
             * Format: date-time
             * @description When the master key was printed to be kept; absent where it never was.
             */
            keyExportedAt?: string;
            logicalBytes: number;
            ratio?: number;
            snapshots: number;
            storedBytes: number;
        };
        Verification: {
            failure?: components["schemas"]["JobFailure"];
            progress?: components["schemas"]["JobProgress"];
            /** Format: date-time */
            requestedAt: string;
            /** @enum {string} */
            status: "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED";
        };
        Verified: {
            /** Format: date-time */
            at: string;
            damaged: number;
            ok: boolean;
        };
        Webhook: {
            /** Format: date-time */
            createdAt: string;
            enabled: boolean;
            events: ("snapshot.completed" | "snapshot.failed" | "restore.completed" | "restore.failed" | "drill.completed" | "drill.failed" | "alert.raised" | "alert.cleared")[];
            id: string;
            projectId: string;
            /** @description Without its path and query, which may be a secret */
            url: string;
        };
        WebhookDelivery: {
            /** @description The HTTP status of the last answer */
            answered?: number;
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            event: string;
            failure?: string;
            /** Format: date-time */
            finishedAt?: string;
            id: string;
            /** Format: date-time */
            nextAttemptAt?: string;
            payload: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            status: "WAITING" | "DELIVERED" | "FAILED";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listProjects: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["Group"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["GroupRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The URL of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["Group"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["Group"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": Record<string, never>;
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["GroupUpdate"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["Group"];
                };
            };
        };
    };
    listProjectIpAccessLists: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["NetworkPermissionEntry"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createProjectIpAccessList: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["NetworkPermissionEntryRequest"][];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["NetworkPermissionEntry"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    getProjectIpList: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description The entry: an address, a block with its slash written as %2F, or a security group. */
                entryValue: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["NetworkPermissionEntry"];
                };
            };
        };
    };
    deleteProjectIpAccessList: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description The entry: an address, a block with its slash written as %2F, or a security group. */
                entryValue: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getProjectIpAccessListStatus: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description The entry: an address, a block with its slash written as %2F, or a security group. */
                entryValue: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["NetworkPermissionEntryStatus"];
                };
            };
        };
    };
    listProjectApiKeys: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["ApiKeyUserDetails"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createProjectApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["CreateAtlasProjectApiKey"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    addProjectApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["UserAccessRoleAssignment"][];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    removeProjectApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateApiKeyRoles: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["UpdateAtlasProjectApiKey"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    listProjectEvents: {
        parameters: {
            query?: {
                clusterNames?: string[];
                envelope?: boolean;
                eventType?: string[];
                excludedEventType?: string[];
                includeCount?: boolean;
                includeRaw?: boolean;
                itemsPerPage?: number;
                maxDate?: string;
                minDate?: string;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["Event"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    getProjectEvent: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeRaw?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the event. */
                eventId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["Event"];
                };
            };
        };
    };
    listProjectServiceAccounts: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["GroupServiceAccount"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createProjectServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccountRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccount"];
                };
            };
        };
    };
    getProjectServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccount"];
                };
            };
        };
    };
    inviteProjectServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccountRoleAssignment"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccount"];
                };
            };
        };
    };
    deleteProjectServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateProjectServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccountUpdateRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["GroupServiceAccount"];
                };
            };
        };
    };
    createProjectServiceAccountSecret: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["ServiceAccountSecretRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["ServiceAccountSecret"];
                };
            };
        };
    };
    deleteProjectServiceAccountSecret: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the project. */
                groupId: string;
                /** @description Identifier of the secret. */
                secretId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                name?: string;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["AtlasOrganization"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    getOrganization: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["AtlasOrganization"];
                };
            };
        };
    };
    updateOrganization: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["AtlasOrganizationUpdate"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["AtlasOrganization"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["ApiKeyUserDetails"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["CreateAtlasOrganizationApiKey"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateApiKey: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["UpdateAtlasOrganizationApiKey"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["ApiKeyUserDetails"];
                };
            };
        };
    };
    listApiKeyAccessListsEntries: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["UserAccessListResponse"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createApiKeyAccessList: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2023-01-01+json": components["schemas"]["UserAccessListRequest"][];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["UserAccessListResponse"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    getApiKeyAccessList: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description The entry: an address, or a block with its slash written as %2F. */
                ipAddress: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["UserAccessListResponse"];
                };
            };
        };
    };
    deleteApiKeyAccessListEntry: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the API key. */
                apiUserId: string;
                /** @description The entry: an address, or a block with its slash written as %2F. */
                ipAddress: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listOrganizationEvents: {
        parameters: {
            query?: {
                envelope?: boolean;
                eventType?: string[];
                excludedEventType?: string[];
                includeCount?: boolean;
                includeRaw?: boolean;
                itemsPerPage?: number;
                maxDate?: string;
                minDate?: string;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["Event"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    getOrganizationEvent: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeRaw?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the event. */
                eventId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2023-01-01+json": components["schemas"]["Event"];
                };
            };
        };
    };
    listServiceAccounts: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["OrgServiceAccount"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["OrgServiceAccountRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["OrgServiceAccount"];
                };
            };
        };
    };
    getServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["OrgServiceAccount"];
                };
            };
        };
    };
    deleteServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateServiceAccount: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["OrgServiceAccountUpdateRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["OrgServiceAccount"];
                };
            };
        };
    };
    listServiceAccountProjects: {
        parameters: {
            query?: {
                envelope?: boolean;
                includeCount?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": {
                        links: components["schemas"]["Link"][];
                        results: components["schemas"]["ServiceAccountGroup"][];
                        /** Format: int32 */
                        totalCount?: number;
                    };
                };
            };
        };
    };
    createServiceAccountSecret: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.atlas.2024-08-05+json": components["schemas"]["ServiceAccountSecretRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.atlas.2024-08-05+json": components["schemas"]["ServiceAccountSecret"];
                };
            };
        };
    };
    deleteServiceAccountSecret: {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Client id of the service account. */
                clientId: string;
                /** @description Identifier of the organization. */
                orgId: string;
                /** @description Identifier of the secret. */
                secretId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    download: {
        parameters: {
            query?: never;
            header?: {
                "If-Range"?: string;
                /** @description One range of bytes, to go on where a download broke off. */
                Range?: string;
            };
            path: {
                fileName: string;
                jobId: string;
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole archive */
            200: {
                headers: {
                    /** @description bytes */
                    "Accept-Ranges"?: string;
                    /** @description Of the archive, for If-Range. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": unknown;
                };
            };
            /** @description The range that was asked for */
            206: {
                headers: {
                    /** @description bytes */
                    "Accept-Ranges"?: string;
                    /** @description Of the archive, for If-Range. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": unknown;
                };
            };
        };
    };
    "native.listUsers": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["User"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.createUser": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password: string;
                    roles: {
                        /** @description Of a role that begins with GROUP_. */
                        projectId?: string;
                        /** @enum {string} */
                        roleName: "ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY" | "GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER";
                    }[];
                    username: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    "native.getUser": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                organizationId: string;
                /** @description Identifier of the user. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    "native.deleteUser": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                organizationId: string;
                /** @description Identifier of the user. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.updateUser": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the organization. */
                organizationId: string;
                /** @description Identifier of the user. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password?: string;
                    roles?: {
                        /** @description Of a role that begins with GROUP_. */
                        projectId?: string;
                        /** @enum {string} */
                        roleName: "ORG_OWNER" | "ORG_GROUP_CREATOR" | "ORG_MEMBER" | "ORG_READ_ONLY" | "ORG_BILLING_ADMIN" | "ORG_BILLING_READ_ONLY" | "GROUP_OWNER" | "GROUP_CLUSTER_MANAGER" | "GROUP_BACKUP_MANAGER" | "GROUP_READ_ONLY" | "GROUP_DATA_ACCESS_ADMIN" | "GROUP_DATA_ACCESS_READ_WRITE" | "GROUP_DATA_ACCESS_READ_ONLY" | "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_SEARCH_INDEX_EDITOR" | "GROUP_STREAM_PROCESSING_OWNER" | "GROUP_OBSERVABILITY_VIEWER";
                    }[];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    "native.getProject": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    "native.listAuditLog": {
        parameters: {
            query?: {
                action?: ("SNAPSHOT_REQUESTED" | "SNAPSHOT_CHANGED" | "SNAPSHOT_VERIFY_REQUESTED" | "SNAPSHOT_EXPIRY_CHANGED" | "SNAPSHOT_HELD" | "SNAPSHOT_RELEASED" | "SNAPSHOT_CANCEL_REQUESTED" | "SNAPSHOT_IMPORTED" | "RESTORE_CANCEL_REQUESTED" | "DRILL_REQUESTED" | "DRILL_CANCEL_REQUESTED" | "DOWNLOAD_STARTED" | "CLUSTER_CHANGED" | "CLUSTER_PARKED" | "BACKUP_SCHEDULE_CHANGED" | "GROUP_CHANGED" | "ORGANIZATION_RENAMED" | "INSTALLATION_SET_UP" | "INSTALLATION_BACKED_UP" | "INSTALLATION_RESTORED" | "SNAPSHOT_FOUND" | "WEBHOOK_CREATED" | "WEBHOOK_CHANGED" | "WEBHOOK_DELETED" | "WEBHOOK_TESTED" | "WEBHOOK_REDELIVERED" | "CONNECTION_TESTED" | "MASTER_KEY_EXPORTED" | "MASTER_KEY_ROTATED" | "VAULT_REPAIRED" | "VAULT_ADOPTED" | "GARBAGE_COLLECTED" | "TOKEN_CREATED" | "TOKEN_REVOKED" | "OWNER_SET_UP" | "SIGNED_IN" | "SIGN_IN_FAILED" | "SIGNED_OUT" | "SESSION_ENDED" | "PASSWORD_CHANGED" | "USER_CREATED" | "USER_ROLES_CHANGED" | "USER_DELETED" | "REQUEST_DENIED" | "SIGN_IN_THROTTLED" | "TENANT_SNAPSHOT_STARTED_AUDIT" | "TENANT_SNAPSHOT_COMPLETED_AUDIT" | "TENANT_SNAPSHOT_FAILED" | "TENANT_SNAPSHOT_DELETED_AUDIT" | "TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT" | "TENANT_RESTORE_REQUESTED_AUDIT" | "TENANT_RESTORE_COMPLETED_AUDIT" | "TENANT_RESTORE_FAILED" | "CLUSTER_CREATED" | "CLUSTER_READY" | "CLUSTER_DELETED" | "GROUP_CREATED" | "GROUP_DELETED" | "NETWORK_PERMISSION_ENTRY_ADDED" | "NETWORK_PERMISSION_ENTRY_UPDATED" | "NETWORK_PERMISSION_ENTRY_REMOVED" | "API_KEY_CREATED" | "API_KEY_DELETED" | "API_KEY_DESCRIPTION_CHANGED" | "API_KEY_ROLES_CHANGED" | "API_KEY_ADDED_TO_GROUP" | "API_KEY_REMOVED_FROM_GROUP" | "API_KEY_ACCESS_LIST_ENTRY_ADDED" | "API_KEY_ACCESS_LIST_ENTRY_DELETED" | "SERVICE_ACCOUNT_CREATED" | "SERVICE_ACCOUNT_DELETED" | "SERVICE_ACCOUNT_DETAILS_CHANGED" | "SERVICE_ACCOUNT_ROLES_CHANGED" | "SERVICE_ACCOUNT_ADDED_TO_GROUP" | "SERVICE_ACCOUNT_REMOVED_FROM_GROUP" | "SERVICE_ACCOUNT_SECRET_ADDED" | "SERVICE_ACCOUNT_SECRET_DELETED")[];
                actor?: string;
                clusterName?: string[];
                envelope?: boolean;
                from?: string;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
                to?: string;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["AuditEntry"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.listClusters": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Cluster"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.registerCluster": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    parked?: boolean;
                    tier?: string;
                    uri: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
        };
    };
    "native.getCluster": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
        };
    };
    "native.unregisterCluster": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.updateCluster": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Also where the connection string leads to another deployment */
                    force?: boolean;
                    tier?: string;
                    uri?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
        };
    };
    "native.listDrills": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Drill"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.startDrill": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Where it is rehearsed; the cluster itself when absent */
                    targetClusterName?: string;
                    targetProjectId?: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drill"];
                };
            };
        };
    };
    "native.getDrill": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the drill. */
                drillId: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drill"];
                };
            };
        };
    };
    "native.cancelDrill": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the drill. */
                drillId: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drill"];
                };
            };
        };
    };
    "native.listRestoreJobs": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["RestoreJob"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.startRestore": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Answer what it would do, and do nothing */
                    dryRun?: boolean;
                    /** @description Keep the collections of the target that the snapshot lacks */
                    keep?: boolean;
                    /**
                     * @description Beside what stands there and then into its place, or over it
                     * @enum {unknown}
                     */
                    mode?: "staged" | "in-place";
                    nsExclude?: string[];
                    nsFrom?: string[];
                    nsInclude?: string[];
                    nsTo?: string[];
                    /**
                     * @description What becomes of a feature that the target lacks
                     * @enum {unknown}
                     */
                    onUnsupported?: "fail" | "warn";
                    /** @description A snapshot of the target first, for undo. Absent: where anything at the target is replaced or removed */
                    safetySnapshot?: boolean;
                    snapshotId: string;
                    targetClusterName: string;
                    targetProjectId?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreForecast"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreJob"];
                };
            };
        };
    };
    "native.getRestoreJob": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the restore job. */
                restoreJobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreJob"];
                };
            };
        };
    };
    "native.cancelRestore": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the restore job. */
                restoreJobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreJob"];
                };
            };
        };
    };
    "native.resumeRestore": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the restore job. */
                restoreJobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreJob"];
                };
            };
        };
    };
    "native.undoRestore": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the restore job. */
                restoreJobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreJob"];
                };
            };
        };
    };
    "native.getSchedule": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    "native.setSchedule": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    "native.previewSchedule": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
        };
    };
    "native.listSnapshots": {
        parameters: {
            query?: {
                envelope?: boolean;
                finishedBefore?: string;
                from?: string;
                itemsPerPage?: number;
                order?: ("asc" | "desc")[];
                pageNum?: number;
                pretty?: boolean;
                status?: ("PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED")[];
                to?: string;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Snapshot"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.takeSnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    "native.getSnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    "native.deleteSnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.updateSnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SnapshotChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    "native.cancelSnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    "native.listSnapshotCollections": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
                search?: string;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["SnapshotCollection"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.createDownload": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
        };
    };
    "native.getDownload": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the restore job. */
                restoreJobId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
        };
    };
    "native.verifySnapshot": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the cluster. */
                clusterName: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the snapshot. */
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    "native.testConnection": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    uri: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionTest"];
                };
            };
        };
    };
    "native.listJobs": {
        parameters: {
            query?: {
                clusterName?: string[];
                envelope?: boolean;
                itemsPerPage?: number;
                kind?: ("snapshot" | "restore" | "download" | "drill")[];
                pageNum?: number;
                pretty?: boolean;
                search?: string;
                status?: ("PENDING" | "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED")[];
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Job"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.getOverview": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
        };
    };
    "native.streamChanges": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    "native.getVaultStatus": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VaultWithKey"];
                };
            };
        };
    };
    "native.listWebhooks": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Webhook"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.createWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What it is told of */
                    events?: ("snapshot.completed" | "snapshot.failed" | "restore.completed" | "restore.failed" | "drill.completed" | "drill.failed" | "alert.raised" | "alert.cleared")[];
                    url: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
        };
    };
    "native.getWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    "native.deleteWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.updateWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    /** @description What it is told of */
                    events?: ("snapshot.completed" | "snapshot.failed" | "restore.completed" | "restore.failed" | "drill.completed" | "drill.failed" | "alert.raised" | "alert.cleared")[];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    "native.listWebhookDeliveries": {
        parameters: {
            query?: {
                envelope?: boolean;
                itemsPerPage?: number;
                pageNum?: number;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["WebhookDelivery"][];
                        totalCount: number;
                    };
                };
            };
        };
    };
    "native.redeliverWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the delivery. */
                deliveryId: string;
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.testWebhook": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path: {
                /** @description Identifier of the project. */
                projectId: string;
                /** @description Identifier of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    "native.getSession": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    "native.signIn": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password: string;
                    username: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    "native.signOut": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.changePassword": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    currentPassword: string;
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description No content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "native.getSetup": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        needsOwner: boolean;
                    };
                };
            };
        };
    };
    "native.setUpOwner": {
        parameters: {
            query?: {
                envelope?: boolean;
                pretty?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    organizationName?: string;
                    password: string;
                    projectName?: string;
                    /** @description As `serve` prints it. */
                    token: string;
                    username: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
}
