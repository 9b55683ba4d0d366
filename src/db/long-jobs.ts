/** As pg-boss' own connection is asked. */
interface Statements {
  executeSql(text: string, values: unknown[]): Promise<unknown>;
}

/** Lets the jobs of these queues take so long; pg-boss' own setting ends at 24 hours. What waits already keeps what it was sent with. */
export async function allowLongJobs(queue: Statements, names: readonly string[], seconds: number): Promise<void> {
  await queue.executeSql('UPDATE pgboss.queue SET expire_seconds = $1 WHERE name = ANY($2)', [seconds, names]);
}
