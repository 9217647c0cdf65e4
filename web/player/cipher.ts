/**
 * Encryption of what stays on the machine, in JavaScript: a page opened at `http://` and an address
 * of the room's network has no crypto.subtle.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { fromBase64, randomBytes, toBase64 } from "./bytes.ts";
import type { Codec } from "./journal.ts";

const NONCE_BYTES = 24; // long enough to be drawn at random for every record

/** XChaCha20-Poly1305; the record's own name is sealed in, so records cannot change places. */
export function encryptingCodec(key: Uint8Array): Codec {
  const cipher = (nonce: Uint8Array, name: string) => xchacha20poly1305(key, nonce, bytesOf(name));
  return {
    seal(plain, name) {
      const nonce = randomBytes(NONCE_BYTES);
      const box = cipher(nonce, name).encrypt(bytesOf(plain));
      return `${toBase64(nonce)}.${toBase64(box)}`;
    },
    open(sealed, name) {
      const [nonce = "", box = ""] = sealed.split(".");
      return new TextDecoder().decode(cipher(fromBase64(nonce), name).decrypt(fromBase64(box)));
    },
  };
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
