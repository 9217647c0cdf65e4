/**
 * What Safe Exam Browser tells the page about itself. Newer versions add no header to requests; the
 * page is given the hash of its own address instead and passes it on. Any other browser: nothing.
 */

interface SafeExamBrowserApi {
  security?: {
    configKey?: string;
    /** Older versions on macOS and iOS fill in the key only when asked. */
    updateKeys?: (done: () => void) => void;
  };
}

const PATIENCE_MS = 1000;
let key = "";

export const CONFIG_KEY_HEADER = "X-Khaothi-Config-Key";

function api(): SafeExamBrowserApi | undefined {
  return (globalThis as { SafeExamBrowser?: SafeExamBrowserApi }).SafeExamBrowser;
}

export function inSafeExamBrowser(): boolean {
  return api() !== undefined || / SEB\//.test(globalThis.navigator?.userAgent ?? "");
}

/** Learns the hash for this page; never waits long, and never fails. */
export async function learnConfigKey(): Promise<void> {
  const security = api()?.security;
  if (security === undefined) return;
  const { updateKeys } = security;
  if (!security.configKey && typeof updateKeys === "function") {
    await new Promise<void>((done) => {
      setTimeout(done, PATIENCE_MS);
      updateKeys.call(security, done);
    }).catch(() => undefined);
  }
  key = /^[0-9a-f]{64}$/.test(security.configKey ?? "") ? (security.configKey ?? "") : "";
}

/** Headers for every request to the room's server. */
export function configKeyHeaders(): Record<string, string> {
  return key === "" ? {} : { [CONFIG_KEY_HEADER]: key };
}
