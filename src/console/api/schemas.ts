import type { components } from './served.d.ts';

/** The bodies of the API by their names in its OpenAPI document. */
type Schemas = components['schemas'];

export type Cluster = Schemas['Cluster'];
export type Snapshot = Schemas['Snapshot'];
export type SnapshotCollection = Schemas['SnapshotCollection'];
export type ConnectionTest = Schemas['ConnectionTest'];
export type SchedulePreview = Schemas['SchedulePreview'];
export type Schedule = Schemas['Schedule'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type Overview = Schemas['Overview'];
export type ClusterOverview = Schemas['ClusterOverview'];
export type VaultStatus = Schemas['VaultStatus'];

/** Where a project's own routes begin in the document. */
export const NATIVE = '/api/lifeboat/v1/projects/{projectId}';
