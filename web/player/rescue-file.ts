/**
 * What the server has not got, in one encrypted file bound to the candidate: for a machine whose
 * line stays dead. Read by `delivery/rescue/file.py`, which holds the same description.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes, toBase64 } from "./bytes.ts";
import { bytesOf } from "./cipher.ts";
import type { JournalRecord } from "./journal.ts";

export const RESCUE_FORMAT = "khaothi-rescue-1";
const SALT_BYTES = 32;
const NONCE_BYTES = 12;

export interface RescueFile {
  format: typeof RESCUE_FORMAT;
  attempt: string;
  number: string;
  salt: string;
  nonce: string;
  box: string;
}

export interface RescueContent {
  /** Server time when the work was locked, as this machine carried it forward; null if never known. */
  sealed_at: string | null;
  records: JournalRecord[];
}

export function sealRescue(
  key: Uint8Array, attempt: string, number: string, content: RescueContent,
): RescueFile {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const bound = bytesOf(`${RESCUE_FORMAT}|${attempt}|${number}`);
  const once = hkdf(sha256, key, salt, bytesOf(RESCUE_FORMAT), 32);
  const box = chacha20poly1305(once, nonce, bound).encrypt(bytesOf(JSON.stringify(content)));
  return {
    format: RESCUE_FORMAT, attempt, number,
    salt: toBase64(salt), nonce: toBase64(nonce), box: toBase64(box),
  };
}

export function rescueFileName(number: string): string {
  return `cuu-ho-${number}.khaothi`;
}
