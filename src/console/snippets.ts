/** One call of the API, as a page makes it; the ids are the reader's own. */
export interface ApiCall {
  /** What it does: `Take a snapshot`. */
  title: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Beginning at `/api`. */
  path: string;
  body?: unknown;
  /** The words after `npx lifeboat`. */
  lifeboat?: string;
  /** The words after `atlas`, where Atlas' command line can do it. */
  atlas?: string;
  /** The call with the Go SDK of Atlas: `FlexSnapshotsApi.ListFlexBackups(ctx, "…", "shop").Execute()`. */
  sdk?: string;
}

export function curlOf(origin: string, { method, path, body }: ApiCall): string {
  const type = path.startsWith('/api/atlas/v2') ? 'application/vnd.atlas.2025-03-12+json' : 'application/json';
  const lines = ['curl --digest --user "$PUBLIC_KEY:$PRIVATE_KEY"', `--header "Accept: ${type}"`];
  if (method !== 'GET') lines.push(`--request ${method}`);
  if (body !== undefined) lines.push(`--header "Content-Type: ${type}"`, `--data ${quoted(JSON.stringify(body))}`);
  lines.push(quoted(origin + path));
  return lines.join(' \\\n  ');
}

/** Atlas' command line at a server of one's own (docs/clients.md). */
export function atlasCliOf(origin: string, { atlas }: ApiCall): string | null {
  return atlas ? `MONGODB_ATLAS_OPS_MANAGER_URL=${quoted(`${origin}/`)} atlas ${atlas}` : null;
}

export function lifeboatCliOf({ lifeboat }: ApiCall): string | null {
  return lifeboat ? `npx lifeboat ${lifeboat}` : null;
}

export function goSdkOf(origin: string, { sdk }: ApiCall): string | null {
  if (!sdk) return null;
  return `client, err := admin.NewClient(
	admin.UseBaseURL("${origin}"),
	admin.UseDigestAuth(os.Getenv("PUBLIC_KEY"), os.Getenv("PRIVATE_KEY")),
)
result, _, err := client.${sdk}`;
}

/** As a shell takes it for one word. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
