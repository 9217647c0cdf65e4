/** TeX drawn in the browser while it is being typed. What candidates see is drawn by the server. */
import temml from "temml";

export type Drawn = { readonly mathml: string } | { readonly fault: string; readonly position: number | null };

export function drawTex(tex: string, display: boolean): Drawn {
  try {
    return { mathml: temml.renderToString(tex, { displayMode: display, throwOnError: true }) };
  } catch (error) {
    const fault = error as { message?: string; position?: number };
    return { fault: fault.message ?? "", position: fault.position ?? null };
  }
}
