// Sentences of scripts in the language of the page; the source is English.

type Values = Record<string, string | number>;

/** The language of the page, as Intl takes it. */
export const language = (): string => document.documentElement.lang || "en";

/** Translate a sentence; `%(name)s` in it is taken from `values`. */
export const t = (sentence: string, values: Values = {}): string =>
  sentence.replace(/%\((\w+)\)s/g, (all, name: string) => String(values[name] ?? all));

/** Translate what is said of one, or of many: `%(n)s` is how many. */
export const tn = (one: string, many: string, n: number, values: Values = {}): string =>
  t(n === 1 ? one : many, { n, ...values });
