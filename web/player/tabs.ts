/**
 * Two pages of one browser share one journal and one writer, so only the newest may write. The
 * older ones are told through a channel and, where a browser has none, through the storage event;
 * neither needs a secure context, unlike Web Locks.
 */
import { randomBytes, toBase64 } from "./bytes.ts";

export function announceTab(attempt: string, onReplaced: () => void): void {
  const key = `khaothi.tab.${attempt}`;
  const name = toBase64(randomBytes(8));
  const heard = (other: unknown) => {
    if (typeof other === "string" && other !== name) onReplaced();
  };
  announceByChannel(key, name, heard);
  announceByStorage(key, name, heard);
}

function announceByChannel(key: string, name: string, heard: (other: unknown) => void): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(key);
  channel.addEventListener("message", ({ data }) => heard(data));
  channel.postMessage(name);
}

function announceByStorage(key: string, name: string, heard: (other: unknown) => void): void {
  window.addEventListener("storage", (event) => {
    if (event.key === key) heard(event.newValue);
  });
  try {
    localStorage.setItem(key, name);
  } catch {
    // The channel has told them already; without either the server's lease decides.
  }
}
