/** What an `Accept` or `Accept-Encoding` header takes, without its parameters but the weight, in its order (RFC 9110, 12.4.2). */
export function weighted(header: string | string[] | undefined): { name: string; weight: number }[] {
  return String(header ?? '')
    .split(',')
    .map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = /^q=([\d.]+)$/.exec(parameters.find((parameter) => parameter.startsWith('q=')) ?? '')?.[1];
      return { name, weight: weight === undefined ? 1 : Number(weight) };
    });
}
