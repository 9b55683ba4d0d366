/**
 * Whether two addresses of deployments (`host:port,host:port`, with `/database` where the cluster is one database alone) are of the same one. A replica set that gained or lost members
 * is still the same while one of them is in both.
 */
export function isSameDeployment(one: string, other: string): boolean {
  const [hosts, database] = partsOf(one);
  const [otherHosts, otherDatabase] = partsOf(other);
  return database === otherDatabase && hosts.some((host) => otherHosts.includes(host));
}

function partsOf(address: string): [hosts: string[], database: string | undefined] {
  const [hosts, database] = address.split('/');
  return [hosts!.split(','), database];
}
