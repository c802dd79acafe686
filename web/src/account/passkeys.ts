// Passkeys: one is set up on the page of how one signs in, and shown where one does.

import { post, Problem } from "../api";
import { t } from "../shell/language";

interface Asked<Options> {
  options: Options;
  begun: string;
}

interface Entered {
  closes_at: string | null;
}

interface Made {
  codes: string[];
}

const NOT_HERE = "not-here";
const NOWHERE = "passkeys-need-a-name";
const HERE = "/api/v1/account";
const AGAIN = "/sign-in?again=1&notice=again&next=%2Faccount%2Fsecurity";
// What was begun is good for ten minutes; the browser is asked anew before.
const ASKED_ANEW_MS = 8 * 60_000;

const find = <Kind extends HTMLElement>(name: string): Kind | null =>
  document.querySelector<Kind>(`[data-passkey="${name}"]`);

function tell(error: unknown): void {
  const fault = find("fault");
  if (!fault) return;
  const isOwn = error instanceof Problem;
  fault.textContent = isOwn ? error.message : t("Your device showed no passkey. Try once more.");
  fault.hidden = false;
}

/** Browsers use a passkey only where the name fits that it is bound to. */
function requireName(name: string | undefined): void {
  const here = location.hostname;
  if (name && here !== name && !here.endsWith(`.${name}`))
    throw new Problem(0, t("Passkeys work at %(name)s: open this page there.", { name }), NOT_HERE);
}

async function make(form: HTMLFormElement): Promise<void> {
  const asked = await post<Asked<PublicKeyCredentialCreationOptionsJSON>>(
    `${HERE}/passkeys/options`,
    {},
  );
  requireName(asked.options.rp.id);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.options);
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const name = new FormData(form).get("name");
  const said = { begun: asked.begun, name, credential: credential.toJSON() };
  const made = await post<Made>(`${HERE}/passkeys`, said);
  if (made.codes.length) show(made.codes);
  else location.assign("/account/security?notice=passkey");
}

function show(codes: string[]): void {
  const box = find("codes");
  const list = box?.querySelector("ol");
  if (!box || !list) return;
  list.replaceChildren(
    ...codes.map((code) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("code"), { textContent: code }));
      return line;
    }),
  );
  box.hidden = false;
  box.focus();
}

async function signIn(form: HTMLFormElement, more: CredentialRequestOptions): Promise<void> {
  const asked = await post<Asked<PublicKeyCredentialRequestOptionsJSON>>(
    `${HERE}/sign-in/passkey/options`,
    {},
  );
  requireName(asked.options.rpId);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options);
  const shown = (await navigator.credentials.get({ ...more, publicKey })) as PublicKeyCredential;
  const said = { begun: asked.begun, credential: shown.toJSON() };
  const entered = await post<Entered>(`${HERE}/sign-in/passkey`, said);
  const next = form.querySelector<HTMLInputElement>('input[name="next"]')?.value || "/";
  // Who will be forgotten is told when, and that they may stay, as by a password.
  location.assign(entered.closes_at && next === "/" ? "/account/data" : next);
}

/** Let the browser offer passkeys as it offers what it fills in, until something else is done. */
class Offer {
  private stop = new AbortController();

  constructor(private readonly form: HTMLFormElement) {}

  async run(): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const later = setTimeout(() => void this.end().run(), ASKED_ANEW_MS);
    try {
      await signIn(this.form, { mediation: "conditional", signal });
    } catch (error) {
      if (!(error instanceof Problem)) return;
      if (error.code === NOWHERE || error.code === NOT_HERE) this.form.hidden = true;
      else tell(error);
    } finally {
      clearTimeout(later);
    }
  }

  end(): this {
    this.stop.abort();
    return this;
  }
}

function setUp(form: HTMLFormElement): void {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    make(form).catch((error: unknown) => {
      if (error instanceof Problem && error.code === "sign-in-again") location.assign(AGAIN);
      else tell(error);
    });
  });
}

function comeIn(form: HTMLFormElement): Offer {
  form.hidden = false;
  const offer = new Offer(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    offer.end();
    signIn(form, {}).catch(tell);
  });
  void offer.run();
  return offer;
}

/** Around the forms that make a passkey, or come in by one; they show where a browser has any. */
class Passkeys extends HTMLElement {
  private offer: Offer | null = null;

  connectedCallback(): void {
    const isKnown = typeof PublicKeyCredential !== "undefined";
    if (!isKnown || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) return;
    const making = find<HTMLFormElement>("make");
    const showing = find<HTMLFormElement>("show");
    if (making) setUp(making);
    if (showing) this.offer = comeIn(showing);
  }

  disconnectedCallback(): void {
    this.offer?.end();
  }
}

customElements.define("refrain-passkeys", Passkeys);
