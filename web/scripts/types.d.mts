/** The text of describe.gen.ts for what `priorlab describe --json` printed. */
export function typesFrom(description: object): string;
