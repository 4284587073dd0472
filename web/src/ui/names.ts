// Names of controls as an address or an attribute lists them: "sigma,image".

/** Undefined without a text: all are meant. */
export const namesIn = (text: string | null | undefined): string[] | undefined =>
  text === null || text === undefined
    ? undefined
    : text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);
