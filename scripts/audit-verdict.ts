/** What `npm audit --json` said, as far as it is looked at. */
interface AuditAnswer {
  metadata?: { vulnerabilities?: Record<string, number> };
  vulnerabilities?: Record<string, { severity: string; via: (string | { title: string; url: string })[] }>;
  message?: string;
  error?: { summary?: string; code?: string };
}

export interface Verdict {
  /** `unanswered`: nothing is known, and nothing is claimed. */
  is: 'sound' | 'vulnerable' | 'unanswered';
  lines: string[];
}

const REFUSED = new Set(['high', 'critical']);

/** High and critical advisories are refused, others are told. A registry without an audit endpoint is no reason to stop, and none to be content. */
export function verdictOf(output: string): Verdict {
  const answer = parsed(output);
  const counts = answer?.metadata?.vulnerabilities;
  if (!counts) {
    const why = answer?.message ?? answer?.error?.summary ?? answer?.error?.code ?? 'no answer';
    return { is: 'unanswered', lines: [`NOT AUDITED: the registry did not answer (${why.replace(/\s+/g, ' ').slice(0, 200)})`] };
  }
  const lines = Object.entries(answer?.vulnerabilities ?? {}).map(([name, { severity, via }]) => {
    const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} (${one.url})`));
    return `${severity.padEnd(8)}  ${name}: ${titles.join('; ')}`;
  });
  const refused = Object.entries(counts).some(([severity, count]) => REFUSED.has(severity) && count > 0);
  const total = Object.entries(counts).map(([severity, count]) => (severity === 'total' || count === 0 ? '' : `${count} ${severity}`));
  return {
    is: refused ? 'vulnerable' : 'sound',
    lines: [...lines, `advisories: ${total.filter((text) => text !== '').join(', ') || 'none'}`],
  };
}

function parsed(output: string): AuditAnswer | null {
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}
