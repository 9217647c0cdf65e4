/**
 * Two pages of one browser share one journal and one writer, so only the newest may write. The
 * storage event tells the older ones; it needs no secure context, unlike Web Locks.
 */
export function announceTab(attempt: string, onReplaced: () => void): void {
  const key = `khaothi.tab.${attempt}`;
  window.addEventListener("storage", (event) => {
    if (event.key === key && event.newValue !== null) onReplaced();
  });
  const name = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16)).join("");
  try {
    localStorage.setItem(key, name);
  } catch {
    // Without storage there is no shared journal either: the server's lease decides.
  }
}
