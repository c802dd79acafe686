// A cover before it is sent: how it will look, what its measures mean, and cut to a square.

import { t } from "../shell/language";

const GOOD = 3000;
const LEAST = 1400;
const SQUARE = 0.02;

class Cover extends HTMLElement {
  private readonly stopped = new AbortController();
  private picture: ImageBitmap | null = null;
  private file: File | null = null;
  private readonly view = document.createElement("div");

  connectedCallback(): void {
    const { signal } = this.stopped;
    const { field } = this;
    const form = this.querySelector("form");
    this.view.className = "cover-preview";
    this.view.hidden = true;
    form?.querySelector(".field")?.after(this.view);
    field?.addEventListener("change", () => void this.look(field.files?.[0] ?? null), { signal });
    this.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    this.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        if (!field || !event.dataTransfer?.files[0]) return;
        field.files = event.dataTransfer.files;
        void this.look(field.files[0] ?? null);
      },
      { signal },
    );
  }

  disconnectedCallback(): void {
    this.stopped.abort();
    this.picture?.close();
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[type=file]");
  }

  private get isSquare(): boolean {
    const { width, height } = this.picture ?? { width: 1, height: 1 };
    return Math.abs(width - height) <= SQUARE * Math.max(width, height);
  }

  private async look(file: File | null): Promise<void> {
    this.file = file;
    this.picture?.close();
    // What a browser cannot show may still be a picture: the server says.
    this.picture = file ? await createImageBitmap(file).catch(() => null) : null;
    this.view.hidden = this.picture === null;
    if (!this.picture) return;
    this.draw(this.picture);
    await this.put(!this.isSquare);
  }

  private draw({ width, height }: ImageBitmap): void {
    const side = Math.min(width, height);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [480, 480];
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("The cover as it will be"));
    this.cut(canvas, this.isSquare ? null : side);
    const says = document.createElement("div");
    says.className = "stack stack-s";
    const lines = [`${width} × ${height} px`, ...this.hints(side)];
    says.append(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    if (!this.isSquare) says.append(this.choice());
    this.view.replaceChildren(canvas, says);
  }

  private hints(side: number): string[] {
    const said = [];
    if (!this.isSquare) said.push(t("It is not square: shops and players show squares."));
    if (side < LEAST) said.push(t("It is small, and looks coarse where it is large: %(n)s pixels are the least.", { n: LEAST }));
    else if (side < GOOD) said.push(t("Good for here; %(n)s pixels are what shops want.", { n: GOOD }));
    else said.push(t("As large as it should be."));
    return said;
  }

  private choice(): HTMLElement {
    const label = document.createElement("label");
    label.className = "check";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, name: "cuts" });
    label.append(box, document.createTextNode(t("Cut it to a square, about its middle")));
    box.addEventListener("change", () => {
      const canvas = this.view.querySelector("canvas");
      const { width, height } = this.picture ?? { width: 1, height: 1 };
      if (canvas) this.cut(canvas, box.checked ? Math.min(width, height) : null);
      void this.put(box.checked);
    });
    return label;
  }

  /** Draw the picture into a canvas: its middle square, or all of it. */
  private cut(canvas: HTMLCanvasElement, side: number | null): void {
    const pen = canvas.getContext("2d");
    if (!pen || !this.picture) return;
    const { width, height } = this.picture;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (side !== null) {
      pen.drawImage(this.picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
      return;
    }
    const scale = Math.min(canvas.width / width, canvas.height / height);
    const [w, h] = [width * scale, height * scale];
    pen.drawImage(this.picture, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  }

  /** Put into the field what is to be sent: the picture as it is, or its middle square. */
  private async put(cuts: boolean): Promise<void> {
    const { file, field, picture } = this;
    if (!file || !field) return;
    const sent = new DataTransfer();
    sent.items.add(cuts && picture ? await this.squared(file, picture) : file);
    if (file === this.file) field.files = sent.files;
  }

  private async squared(file: File, { width, height }: ImageBitmap): Promise<File> {
    const side = Math.min(width, height);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [side, side];
    this.cut(canvas, side);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    return made ? new File([made], "cover.jpg", { type: made.type }) : file;
  }
}

customElements.define("refrain-cover", Cover);
