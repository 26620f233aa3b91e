import type { Configure } from '../commands.js';
import type { AsksForCheaper, ModelKindRemoved, ModelKindSet } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';

type ModelKinds = Pick<AccountState, 'modelKinds'>;

/** The models of the kind that a model is of, itself among them, as the policy orders them; none when it is of no kind. */
export function kindOf({ modelKinds }: ModelKinds, model: string): readonly string[] {
  for (const models of modelKinds.values()) if (models.includes(model)) return models;
  return [];
}

/** Whether a model stands before another of the same kind. */
export const isCheaper = (kind: readonly string[], model: string, than: string): boolean =>
  kind.indexOf(model) < kind.indexOf(than);

/** `the limit daily of user/ada`, `the rate requests/minute of user/ada`. */
export const askingText = ({ node, limit, rate }: AsksForCheaper): string =>
  limit === undefined ? `the rate ${rate ?? ''} of ${node}` : `the limit ${limit} of ${node}`;

/** Brings the kinds of models to what a command states; nothing where it does not state them. */
export function modelKindChanges(
  { modelKinds }: ModelKinds,
  { modelKinds: stated }: Configure,
): readonly (ModelKindSet | ModelKindRemoved)[] {
  if (stated === undefined) return [];
  const names = new Set(stated.map(({ kind }) => kind));
  const gone = Array.from(modelKinds.keys()).filter((kind) => !names.has(kind));
  const set = stated.filter(({ kind, models }) => modelKinds.get(kind)?.join(' ') !== models.join(' '));
  return [
    ...gone.map((kind) => ({ type: 'ModelKindRemoved' as const, kind })),
    ...set.map(({ kind, models }) => ({ type: 'ModelKindSet' as const, kind, models })),
  ];
}

/** The place of a model that is stated twice: it could not be told what comes in its place. */
export function faultOfModelKinds({ modelKinds = [] }: Configure): Refusal | undefined {
  const seen = new Map<string, string>();
  for (const { kind, models } of modelKinds)
    for (const [index, model] of models.entries()) {
      const other = seen.get(model);
      if (other !== undefined)
        return refuse(
          'Malformed',
          other === kind ? `The kind ${kind} names ${model} twice.` : `${model} is of the kind ${other} already.`,
          `modelKinds.${kind}.${String(index)}`,
        );
      seen.set(model, kind);
    }
  return undefined;
}
