/** The words of the editor: Vietnamese in the code, English by switch. */
import { ENGLISH } from "./english.ts";

type Values = Readonly<Record<string, string | number>>;
let english = false;

export function useLanguage(lang: "vi" | "en"): void {
  english = lang === "en";
}

export function t(words: string, values: Values = {}): string {
  const chosen = english ? (ENGLISH[words] ?? words) : words;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function timeOfDay(iso: string): string {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  return new Date(iso).toLocaleTimeString(english ? "en-GB" : "vi-VN", options);
}
