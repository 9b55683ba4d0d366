import { type TObject, Type } from 'typebox';
import type { Project } from '../../../backup/projects.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, ClusterName, ItemName, Links, selfLink, Tag } from './schemas.ts';

export interface CountedProject {
  project: Project;
  clusterCount: number;
}

const Tags = Type.Array(Tag, { maxItems: 50 });

export const Group: TObject = Type.Object(
  {
    clusterCount: Type.Integer({ format: 'int64' }),
    created: AtlasDate,
    id: AtlasId,
    links: Links,
    name: ItemName,
    orgId: AtlasId,
    tags: Type.Array(Tag),
  },
  { title: 'Group' },
);

export const CreateGroup = Type.Object(
  {
    name: ItemName,
    orgId: AtlasId,
    regionUsageRestrictions: Type.Optional(Type.String()),
    tags: Type.Optional(Tags),
    withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  },
  { title: 'GroupRequest', additionalProperties: false },
);

export const UpdateGroup = Type.Object(
  { name: Type.Optional(ItemName), tags: Type.Optional(Tags) },
  { title: 'GroupUpdate', additionalProperties: false },
);

/** As an item of a list; on its own it also links to what is in it. */
export function listedGroup({ project, clusterCount }: CountedProject, { base }: View): { [name: string]: Json } {
  return {
    clusterCount,
    created: atlasDate(project.createdAt),
    id: project.id,
    links: selfLink(`${base}/groups/${project.id}`),
    name: project.name,
    orgId: project.organizationId,
    tags: project.tags,
  };
}

export function group(counted: CountedProject, view: View): { [name: string]: Json } {
  const url = `${view.base}/groups/${counted.project.id}`;
  const within = [
    { href: `${url}/clusters`, rel: 'https://cloud.mongodb.com/clusters' },
    { href: `${url}/accessList`, rel: 'https://cloud.mongodb.com/whitelist' },
  ];
  return { ...listedGroup(counted, view), links: [...selfLink(url), ...within] };
}

/** Atlas' switches of a project, with what they are unless someone changed them. Terraform reads and writes them; Lifeboat keeps them. */
export const DEFAULT_SETTINGS = {
  isCollectDatabaseSpecificsStatisticsEnabled: true,
  isDataExplorerEnabled: true,
  isDataExplorerGenAIFeaturesEnabled: true,
  isDataExplorerGenAISampleDocumentPassingEnabled: false,
  isExtendedStorageSizesEnabled: false,
  isPerformanceAdvisorEnabled: true,
  isRealtimePerformancePanelEnabled: true,
  isSchemaAdvisorEnabled: true,
} as const;

const SWITCHES = Object.fromEntries(Object.keys(DEFAULT_SETTINGS).map((name) => [name, Type.Boolean()]));
export const GroupSettings: TObject = Type.Object(SWITCHES, { title: 'GroupSettings' });
export const UpdateGroupSettings = Type.Object(
  Object.fromEntries(Object.keys(DEFAULT_SETTINGS).map((name) => [name, Type.Optional(Type.Boolean())])),
  { additionalProperties: false },
);

export function groupSettings({ settings }: Project): { [name: string]: Json } {
  const known = Object.keys(DEFAULT_SETTINGS).filter((name) => name in settings);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(known.map((name) => [name, settings[name]])) };
}

export const GroupIpAddresses: TObject = Type.Object(
  {
    groupId: AtlasId,
    services: Type.Object({
      clusters: Type.Array(
        Type.Object({ clusterName: ClusterName, inbound: Type.Array(Type.String()), outbound: Type.Array(Type.String()) }),
      ),
    }),
  },
  { title: 'GroupIPAddresses' },
);
