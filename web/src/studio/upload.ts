// Where files are dropped, and how far each of them is.

import htmx from "htmx.org";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { language, t, tn } from "../shell/language";
import { chosen, dropped, type Found } from "./files";
import { sending, type Folder, type Job } from "./sending";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

class UploadView extends LitElement {
  private readonly stopped = new AbortController();
  private isOver = false;

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.stopped;
    sending.addEventListener("change", () => this.requestUpdate(), { signal });
    // A file that is let go beside the field must not take the place of the page.
    for (const name of ["dragover", "drop"] as const)
      document.addEventListener(name, (event) => event.preventDefault(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopped.abort();
  }

  /** Links that were drawn just now swap the page as all others do, so that uploads go on. */
  protected override updated(): void {
    htmx.process(this);
  }

  protected override render(): TemplateResult {
    const { replaces } = this.dataset;
    return html`
      <div class="drop${this.isOver ? " is-over" : ""}" data-testid="drop"
        @dragenter=${() => this.over(true)} @dragover=${() => this.over(true)}
        @dragleave=${() => this.over(false)} @drop=${(event: DragEvent) => void this.drop(event)}>
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 20V9M7.5 13 12 8.5l4.5 4.5M5 4h14" /></svg>
        <p class="drop-title">${replaces ? t("Drop the new master here") : t("Drop a folder or files here")}</p>
        <div class="row">
          <label class="button">${replaces ? t("Choose a file") : t("Choose files")}<input class="visually-hidden" type="file" data-testid="files" ?multiple=${!replaces} accept="audio/*,.flac,.wav,.aiff,.zip,image/*" @change=${(event: Event) => this.pick(event)} /></label>
          ${replaces ? nothing : html`<label class="button is-second">${t("Choose a folder")}<input class="visually-hidden" type="file" data-testid="folder" webkitdirectory @change=${(event: Event) => this.pick(event)} /></label>`}
        </div>
        ${replaces ? nothing : html`<p class="faint">${t("Nobody hears any of it before you publish it.")}</p>`}
      </div>
      ${this.total()}
      ${sending.folders.map((one) => this.folder(one))}
      <p class="visually-hidden" role="status">${this.summary()}</p>`;
  }

  private total(): TemplateResult | typeof nothing {
    const jobs = sending.jobs.filter((one) => one.state !== "refused");
    if (jobs.length === 0) return nothing;
    const all = jobs.reduce((sum, one) => sum + one.size, 0);
    const sent = jobs.reduce((sum, one) => sum + one.sent, 0);
    const { rate } = sending;
    const left = rate > 0 ? (all - sent) / rate : 0;
    const isStopped = jobs.some((one) => one.state === "paused" || one.state === "failed");
    return html`<div class="card upload-total" data-testid="total">
      <p class="title">${sent < all ? t("%(sent)s of %(all)s", { sent: bytes(sent), all: bytes(all) }) : t("All of it is here: %(all)s", { all: bytes(all) })}</p>
      <p class="faint number">${sent < all && rate > 0 ? t("%(rate)s a second, %(left)s left", { rate: bytes(rate), left: time(left) }) : nothing}</p>
      <progress max=${all || 1} .value=${sent} aria-label=${t("Sent of all files")}></progress>
      <div class="row row-end">
        ${sending.isBusy ? html`<button class="button is-second is-small" type="button" @click=${() => sending.pauseAll()}>${t("Pause all")}</button>` : nothing}
        ${isStopped ? html`<button class="button is-small" type="button" @click=${() => sending.resumeAll()}>${t("Go on")}</button>` : nothing}
      </div>
    </div>`;
  }

  private folder(folder: Folder): TemplateResult {
    return html`<section class="card upload-folder" data-testid="folder-of-files">
      <div class="row">
        <h2>${folder.name || tn("One file", "%(n)s files", folder.jobs.length)}</h2>
        ${folder.release ? html`<a class="button is-second is-small row-end" href="/studio/releases/${folder.release}" data-testid="to-release">${t("Titles, cover, order")}</a>` : nothing}
      </div>
      ${folder.notes.map((note) => html`<p class="faint">${note}</p>`)}
      <ul class="list upload-files">${folder.jobs.map((one) => this.file(one))}</ul>
    </section>`;
  }

  private file(job: Job): TemplateResult {
    const isSending = job.state === "sending" || job.state === "waiting";
    const isStopped = job.state === "paused" || job.state === "failed";
    const part = job.state === "encoding" ? job.made : job.size ? job.sent / job.size : 0;
    return html`<li class="upload-file is-${job.state}" data-testid="file" data-state=${job.state}>
      <span class="upload-name"><span class="title">${within(job.path)}</span>
        ${job.sentence ? html`<small class=${job.state === "refused" ? "fault" : "faint"}>${job.sentence}</small>` : nothing}
        ${job.isResumed && isSending ? html`<small class="faint">${t("goes on where it stopped")}</small>` : nothing}</span>
      <span class="upload-state">${words(job)}</span>
      <progress max="1" .value=${job.state === "done" ? 1 : part} aria-label=${t("How far %(name)s is", { name: job.name })}></progress>
      <span class="upload-deeds">
        ${isSending ? html`<button class="button is-quiet is-small" type="button" @click=${() => sending.pause(job)}>${t("Pause")}<span class="visually-hidden"> ${job.name}</span></button>` : nothing}
        ${isStopped ? html`<button class="button is-quiet is-small" type="button" @click=${() => sending.resume(job)}>${t("Go on")}<span class="visually-hidden"> ${job.name}</span></button>` : nothing}
        ${isSending || isStopped || job.state === "refused" ? html`<button class="button is-quiet is-small" type="button" @click=${() => sending.cancel(job)}>${job.state === "refused" ? t("Dismiss") : t("Cancel")}<span class="visually-hidden"> ${job.name}</span></button>` : nothing}
      </span>
    </li>`;
  }

  /** What is read out: how many are where, and not each percent. */
  private summary(): string {
    const { jobs } = sending;
    if (jobs.length === 0) return "";
    const done = jobs.filter((one) => !["waiting", "sending", "paused", "failed"].includes(one.state)).length;
    return t("%(done)s of %(all)s files are here.", { done, all: jobs.length });
  }

  private over(isOver: boolean): void {
    if (this.isOver === isOver) return;
    this.isOver = isOver;
    this.requestUpdate();
  }

  private async drop(event: DragEvent): Promise<void> {
    event.preventDefault();
    this.over(false);
    if (event.dataTransfer) await this.take(await dropped(event.dataTransfer));
  }

  private pick(event: Event): void {
    const field = event.target as HTMLInputElement;
    const found = chosen(field.files);
    field.value = "";
    void this.take(found);
  }

  private async take(found: Found[]): Promise<void> {
    const { acting, release, replaces, limit } = this.dataset;
    await sending.take(found, {
      acting: acting ?? "",
      ...(release ? { release } : {}),
      ...(replaces ? { replaces } : {}),
      limit: Number(limit ?? 0),
    });
  }
}

function words(job: Job): string {
  switch (job.state) {
    case "waiting":
      return t("waiting");
    case "sending":
      return percent(job.size ? job.sent / job.size : 0);
    case "paused":
      return t("paused");
    case "examining":
      return t("listening to it");
    case "encoding":
      return t("encoding, %(part)s", { part: percent(job.made) });
    case "done":
      return t("ready");
    case "refused":
      return t("not taken");
    case "failed":
      return t("no connection");
  }
}

/** A path below the folder that all of it came in, which is named above. */
const within = (path: string): string => path.slice(path.indexOf("/") + 1);

const percent = (part: number): string =>
  new Intl.NumberFormat(language(), { style: "percent" }).format(part);

function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const format = new Intl.NumberFormat(language(), {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
  return format.format(count / 1000 ** step);
}

const time = (seconds: number): string =>
  new Intl.NumberFormat(language(), {
    style: "unit",
    unit: seconds < 90 ? "second" : "minute",
    maximumFractionDigits: 0,
  }).format(seconds < 90 ? seconds : seconds / 60);

customElements.define("refrain-upload", UploadView);
