/**
 * Pictures that Word puts on the clipboard. Its HTML only names files of the author's machine; the
 * RTF beside it carries the same pictures as hexadecimal digits, in the same order. Pure.
 */
const KINDS: Readonly<Record<string, string>> = { pngblip: "image/png", jpegblip: "image/jpeg" };
const MOST_DIGITS = 40_000_000;

export interface ClipboardPicture {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Null stands for a picture of a kind that a browser cannot show (a metafile). */
export function picturesOfRtf(rtf: string): Array<ClipboardPicture | null> {
  if (rtf.length > MOST_DIGITS) return [];
  const found: Array<ClipboardPicture | null> = [];
  for (let at = next(rtf, 0); at !== -1; at = next(rtf, at)) {
    const end = closing(rtf, at);
    // The copy for programs that know metafiles only is the same picture once more.
    if (rtf.startsWith("{\\pict", at)) found.push(pictureOf(ownText(rtf.slice(at + 1, end))));
    at = end;
  }
  return found;
}

function next(rtf: string, from: number): number {
  const places = ["{\\pict", "{\\nonshppict"].map((word) => rtf.indexOf(word, from)).filter((place) => place !== -1);
  return places.length === 0 ? -1 : Math.min(...places);
}

/** Where the group that opens here is closed. */
function closing(rtf: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < rtf.length; at += 1) {
    if (rtf[at] === "{") depth += 1;
    if (rtf[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return rtf.length;
}

/** The text of a group without that of the groups in it. */
function ownText(group: string): string {
  let [own, at] = ["", 0];
  for (let inner = group.indexOf("{"); inner !== -1; inner = group.indexOf("{", at)) {
    own += `${group.slice(at, inner)} `;
    at = closing(group, inner) + 1;
  }
  return own + group.slice(at);
}

function pictureOf(text: string): ClipboardPicture | null {
  const kind = /\\(pngblip|jpegblip)/.exec(text)?.[1];
  const type = kind === undefined ? undefined : KINDS[kind];
  const digits = text.replace(/\\[a-z]+-?\d* ?/g, "").replace(/[^0-9a-f]/gi, "");
  if (type === undefined || digits.length < 16) return null;
  const bytes = new Uint8Array(Math.floor(digits.length / 2));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return { type, bytes };
}

/** `data:image/png;base64,…`, as browsers and other editors put pictures into HTML. */
export function pictureOfDataUri(uri: string): ClipboardPicture | null {
  const found = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(uri);
  if (found === null || uri.length > MOST_DIGITS) return null;
  const binary = atob((found[2] ?? "").replace(/\s/g, ""));
  return { type: found[1] ?? "", bytes: Uint8Array.from(binary, (character) => character.charCodeAt(0)) };
}
