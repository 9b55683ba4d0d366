import type { Listed, Page } from '../../page.ts';
import type { Json } from './pretty.ts';
import type { ListQuery } from './query.ts';

/**
 * The body of a list. The links are recorded Atlas': `self` names all parameters, in `next` and `previous` the page comes last.
 * `url` is the list's own, without a query; the list's own parameters (`filters`) come first.
 */
export function listBody(url: string, query: ListQuery, listed: Listed<Json>): { [name: string]: Json } {
  const { page, includeCount, filters } = query;
  const count = `${filters}includeCount=${includeCount}`;
  const links = [{ href: `${url}?${count}&pageNum=${page.number}&itemsPerPage=${page.size}`, rel: 'self' }];
  const toPage = (number: number) => `${url}?${count}&itemsPerPage=${page.size}&pageNum=${number}`;
  if (page.number > 1) links.push({ href: toPage(page.number - 1), rel: 'previous' });
  if (hasNext(page, listed.totalCount)) links.push({ href: toPage(page.number + 1), rel: 'next' });
  return { links, results: listed.results, ...(includeCount && { totalCount: listed.totalCount }) };
}

function hasNext(page: Page, totalCount: number): boolean {
  return page.number * page.size < totalCount;
}
