/** What was typed as an entry of an access list: a block, or one address. */
export function entryOf(typed: string): { cidrBlock: string } | { ipAddress: string } {
  const text = typed.trim();
  return text.includes('/') ? { cidrBlock: text } : { ipAddress: text };
}
