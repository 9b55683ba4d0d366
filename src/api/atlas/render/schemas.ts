import { type TObject, type TSchema, type TUnsafe, Type } from 'typebox';

export const AtlasId = Type.String({ pattern: '^([a-f0-9]{24})$' });
/** UTC to the second: `2019-05-01T15:02:25Z`. */
export const AtlasDate = Type.String({ format: 'date-time' });
export const ClusterName = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]*$', maxLength: 64 });
export const Version = Type.String({ pattern: '([\\d]+\\.[\\d]+\\.[\\d]+)' });
/** A name of an organization, of a project, or of what a restore may go into. */
export const ItemName = Type.String({ pattern: "^[\\p{L}\\p{N}\\-_.(),:&@+']{1,64}$" });
export const Tag = Type.Object(
  {
    key: Type.String({ minLength: 1, maxLength: 255 }),
    value: Type.String({ minLength: 1, maxLength: 255 }),
  },
  { additionalProperties: false, title: 'ResourceTag' },
);

/** As JSON Schema's `enum`, which is how the published document says it. */
export function enumOf<const T extends readonly string[]>(values: T, keywords: object = {}): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...keywords });
}

const Link = Type.Object({ href: Type.String(), rel: Type.String() }, { title: 'Link' });
export const Links = Type.Array(Link);

export function selfLink(href: string): { href: string; rel: string }[] {
  return [{ href, rel: 'self' }];
}

export function listOf(item: TSchema): TObject {
  return Type.Object({ links: Links, results: Type.Array(item), totalCount: Type.Optional(Type.Integer({ format: 'int32', minimum: 0 })) });
}

export const AtlasErrorBody = Type.Object(
  {
    detail: Type.Optional(Type.String()),
    error: Type.Integer(),
    errorCode: Type.String(),
    parameters: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))),
    reason: Type.Optional(Type.String()),
  },
  { title: 'ApiError' },
);
