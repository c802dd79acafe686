// Sentences of scripts in the language of the page; the source is English.

type Values = Record<string, string | number>;

let messages: Record<string, string | string[]> = {};
let spoken = "en";

/** The language of the page, as Intl takes it. */
export const language = (): string => document.documentElement.lang || "en";

/** Fetch what scripts say in the page's language; `refrain:language` tells who said it before. */
export async function speak(): Promise<void> {
  const { messages: address = "" } = document.documentElement.dataset;
  if (language() === spoken) return;
  spoken = language();
  messages = address ? await fetched(address) : {};
  document.dispatchEvent(new CustomEvent("refrain:language"));
}

async function fetched(address: string): Promise<typeof messages> {
  try {
    return (await (await fetch(address)).json()) as typeof messages;
  } catch {
    return {}; // English then
  }
}

/** Translate a sentence; `%(name)s` in it is taken from `values`. */
export function t(sentence: string, values: Values = {}): string {
  const found = messages[sentence];
  return filled(typeof found === "string" ? found : sentence, values);
}

/** Translate what is said of one, or of many: `%(n)s` is how many. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  const found = messages[one];
  const forms = Array.isArray(found) ? found : [one, many];
  return filled(forms[n === 1 ? 0 : 1] ?? many, { n, ...values });
}

const filled = (sentence: string, values: Values): string =>
  sentence.replace(/%\((\w+)\)s/g, (all, name: string) => String(values[name] ?? all));
