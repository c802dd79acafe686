// Files that were dropped or chosen: folders are walked, and what belongs together goes together.

/** A file, and where it lay among those that came with it: `Album/CD1/01.flac`. */
export interface Found {
  file: File;
  path: string;
}

/** What becomes one release: the folder that holds it all, or files that came by themselves. */
export interface Batch {
  name: string;
  masters: Found[];
  picture: File | null;
  passed: Found[];
}

const AUDIO = /\.(wav|wave|w64|rf64|bwf|aif|aiff|aifc|flac|m4a|mp4|alac|caf|mp3|mp2|aac|ogg|oga|opus|wv|ape|tta|mka|zip)$/i;
const PICTURE = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;
const COVER = /^(cover|front|folder|artwork|album)\b/i;
/** What systems leave in folders, of which nobody wants to be told. */
const LITTER = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** All files of a drop, those in folders too. */
export async function dropped(data: DataTransfer): Promise<Found[]> {
  const entries = [...data.items].map((one) => one.webkitGetAsEntry?.() ?? null);
  if (!entries.some(Boolean)) return chosen(data.files);
  const found = await Promise.all(entries.map((one) => (one ? walked(one) : [])));
  return found.flat();
}

/** Files of a field; those of a folder tell where they lay in it. */
export const chosen = (files: FileList | null): Found[] =>
  [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

async function walked(entry: FileSystemEntry): Promise<Found[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, path }];
  }
  const found: Found[] = [];
  for (const one of await listed(entry as FileSystemDirectoryEntry)) found.push(...(await walked(one)));
  return found;
}

/** A reader answers a hundred entries at a time, and none when there are no more. */
async function listed(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Put together what becomes a release each: a folder is one, and so are files without any. */
export function batches(found: Found[]): Batch[] {
  const by = new Map<string, Batch>();
  const inOrder = [...found].sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
  for (const one of inOrder) {
    if (LITTER.test(one.path)) continue;
    const top = one.path.includes("/") ? (one.path.split("/")[0] ?? "") : "";
    const batch = by.get(top) ?? { name: top, masters: [], picture: null, passed: [] };
    by.set(top, batch);
    if (AUDIO.test(one.file.name)) batch.masters.push(one);
    else if (PICTURE.test(one.file.name)) batch.picture = better(batch.picture, one.file);
    else batch.passed.push(one);
  }
  return [...by.values()].filter((one) => one.masters.length > 0 || one.picture !== null || one.passed.length > 0);
}

const better = (was: File | null, picture: File): File =>
  was === null || (COVER.test(picture.name) && !COVER.test(was.name)) ? picture : was;
