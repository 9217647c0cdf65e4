/** A small file handed in, for instance a photograph of a sketch: it goes the way of every answer. */
import { type TemplateResult, html } from "lit";
import { toBase64 } from "../bytes.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";

/** In base64 with its name it stays under the 60,000 characters of one response. */
const MOST_BYTES = 44_000;
const LONGEST_NAME = 80;

export function renderUpload(context: InteractionContext<string>): TemplateResult {
  const take = async (event: Event) => {
    const field = event.target as HTMLInputElement;
    const file = field.files?.[0];
    field.value = "";
    if (file === undefined) return;
    if (file.size > MOST_BYTES) return context.say(t("Tệp lớn hơn {n} kB. Chọn tệp nhỏ hơn.", { n: MOST_BYTES / 1000 }));
    context.change(packed(file, new Uint8Array(await file.arrayBuffer())));
  };
  return html`<p class="kt-how">${t("Một tệp, không quá {n} kB.", { n: MOST_BYTES / 1000 })}</p>
    <div class="kt-upload"><label class="kt-side kt-file"><input class="sr-only" type="file" aria-describedby=${context.labelledBy}
      ?disabled=${!context.isOpen} @change=${take} />${t("Chọn tệp")}</label>
    ${context.value === null ? html`<p>${t("Chưa có tệp")}</p>` : html`<p><b>${nameOf(context.value)}</b>
      <button class="link-button" type="button" ?disabled=${!context.isOpen}
        @click=${() => context.change(null)}>${t("Bỏ tệp")}</button></p>`}</div>`;
}

function packed({ name, type }: File, bytes: Uint8Array): string {
  const kept = encodeURIComponent([...name].slice(-LONGEST_NAME).join(""));
  return `data:${type === "" ? "application/octet-stream" : type};name=${kept};base64,${toBase64(bytes)}`;
}

function nameOf(value: string): string {
  const found = /^data:[^,]*;name=([^;,]*);base64,/.exec(value);
  return found === null ? t("Tệp đã nộp") : decodeURIComponent(found[1] ?? "");
}
