import { type TObject, type TSchema, Type } from 'typebox';

export const AtlasId = Type.String({ pattern: '^[a-f0-9]{24}$' });
/** UTC to the second: `2019-05-01T15:02:25Z`. */
export const AtlasDate = Type.String({ format: 'date-time' });

const Link = Type.Object({ href: Type.String(), rel: Type.String() });

export function listOf(item: TSchema): TObject {
  return Type.Object({ links: Type.Array(Link), results: Type.Array(item), totalCount: Type.Optional(Type.Integer({ minimum: 0 })) });
}

export const AtlasErrorBody = Type.Object({
  detail: Type.Optional(Type.String()),
  error: Type.Integer(),
  errorCode: Type.String(),
  parameters: Type.Optional(Type.Array(Type.String())),
  reason: Type.Optional(Type.String()),
});
