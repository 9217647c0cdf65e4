/** Vietnamese is the source; English is looked up by the Vietnamese sentence itself. */
import { ENGLISH } from "./english.ts";

export type Language = "vi" | "en";

const COOKIE = "khaothi_lang"; // the same that the server's pages read

let current: Language = "vi";

export function language(): Language {
  return current;
}

export function readLanguage(cookies: string): Language {
  current = /(?:^|;\s*)khaothi_lang=en(?:;|$)/.test(cookies) ? "en" : "vi";
  return current;
}

export function chooseLanguage(chosen: Language): void {
  current = chosen;
  document.documentElement.lang = chosen;
  document.cookie = `${COOKIE}=${chosen}; max-age=31536000; path=/; samesite=lax`;
}

/** The sentence in the chosen language, its {names} filled in. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
  const chosen = current === "en" ? (ENGLISH[sentence] ?? sentence) : sentence;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
