/** The bank's server as the editor sees it: typed requests, and every failure as a value. */
import type { Addresses, Asset, ErrorDocument, ItemContent, Preview, Problem, Saved, SoundAsset, Theirs } from "./contract.ts";

export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly theirs?: Theirs;
  /** Where in a formula the fault is. */
  readonly position?: number;
}
export type Answer<T> = { readonly kind: "ok"; readonly body: T } | Refusal | { readonly kind: "unreachable" };

const PATIENCE_MS = 15_000;
const UPLOAD_PATIENCE_MS = 120_000;

export class BankServer {
  private readonly urls: Addresses;
  private readonly csrf: string;

  constructor(urls: Addresses, csrf: string) {
    this.urls = urls;
    this.csrf = csrf;
  }

  save(content: ItemContent, revision: number): Promise<Answer<Saved>> {
    return this.send(this.urls.save, "PUT", { revision, content });
  }

  preview(content: ItemContent): Promise<Answer<Preview>> {
    return this.send(this.urls.preview, "POST", { content });
  }

  mathml(tex: string, display: boolean): Promise<Answer<{ mathml: string }>> {
    return this.send(this.urls.formula, "POST", { tex, display });
  }

  upload(file: File): Promise<Answer<Asset>> {
    return this.sendFile<Asset>(this.urls.assets, file);
  }

  uploadSound(file: File): Promise<Answer<SoundAsset>> {
    return this.sendFile<SoundAsset>(this.urls.sounds, file);
  }

  private sendFile<T>(url: string, file: File): Promise<Answer<T>> {
    const form = new FormData();
    form.append("file", file);
    return this.request<T>(url, { method: "POST", body: form }, UPLOAD_PATIENCE_MS);
  }

  /** Of a picture or a sound of the bank. */
  pictureUrl(sha256: string): string {
    return this.urls.asset_base + sha256;
  }

  private send<T>(url: string, method: string, body: unknown): Promise<Answer<T>> {
    const headers = { "Content-Type": "application/json" };
    return this.request<T>(url, { method, headers, body: JSON.stringify(body) }, PATIENCE_MS);
  }

  private async request<T>(url: string, init: RequestInit, patience: number): Promise<Answer<T>> {
    const headers = { ...init.headers, Accept: "application/json", "X-CSRF-Token": this.csrf };
    const signal = AbortSignal.timeout(patience);
    try {
      const response = await fetch(url, { ...init, headers, credentials: "same-origin", signal });
      return await answerOf<T>(response);
    } catch {
      return { kind: "unreachable" };
    }
  }
}

/** A server that is busy or broken is treated as one that cannot be reached: wait, try again. */
async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const document: unknown = await response.json().catch(() => null);
  if (response.ok) return { kind: "ok", body: document as T };
  if (response.status >= 500 || response.status === 429) return { kind: "unreachable" };
  return refusal(response.status, document as ErrorDocument | null);
}

function refusal(status: number, document: ErrorDocument | null): Refusal {
  const error = document?.error;
  return {
    kind: "refused",
    status,
    code: error?.code ?? "unknown",
    message: error?.message ?? "",
    problems: error?.problems ?? [],
    ...(error?.position === undefined ? {} : { position: error.position }),
    ...(error?.theirs === undefined ? {} : { theirs: error.theirs }),
  };
}
