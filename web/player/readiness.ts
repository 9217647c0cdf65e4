/** Is this machine fit for an examination? What was measured, and what it means. Pure. */

export type Verdict = "ok" | "note" | "bad";

export interface Finding {
  name: string;
  verdict: Verdict;
  what: string;
}

export const VERDICT_WORDS: Record<Verdict, string> = { ok: "Đạt", note: "Để ý", bad: "Không đạt" };

export interface Measured {
  /** Milliseconds the server took to answer; null when it did not. */
  serverMs: number | null;
  /** Machine's clock minus the server's, in milliseconds; null when the server did not answer. */
  clockMs: number | null;
  storageWorks: boolean;
  width: number;
  height: number;
  fontLoaded: boolean;
  mathWorks: boolean;
}

const SLOW_MS = 1000;
const CLOCK_OFF_MS = 60_000;
const NARROWEST = 360;
const COMFORTABLE = 1024;

export function judge(measured: Measured): Finding[] {
  const found = [
    server(measured.serverMs),
    storage(measured.storageWorks),
    clock(measured.clockMs),
    screen(measured.width, measured.height),
    letters(measured.fontLoaded, measured.mathWorks),
  ];
  const order: Verdict[] = ["bad", "note", "ok"];
  return found.sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
}

function server(ms: number | null): Finding {
  const name = "Máy chủ phòng thi";
  if (ms === null) return { name, verdict: "bad", what: "Không trả lời. Kiểm tra dây mạng, rồi bấm Kiểm tra lại." };
  const what = `Trả lời sau ${Math.max(1, Math.round(ms))} mili giây`;
  return ms > SLOW_MS ? { name, verdict: "note", what: `${what}, chậm; vẫn thi được` } : { name, verdict: "ok", what };
}

function storage(works: boolean): Finding {
  const name = "Lưu bài trên máy";
  return works
    ? { name, verdict: "ok", what: "Ghi thử rồi đọc lại, khớp" }
    : { name, verdict: "note", what: "Trình duyệt không cho ghi; mất mạng thì bài chỉ nằm trong trang đang mở" };
}

function clock(ms: number | null): Finding {
  const name = "Đồng hồ";
  if (ms === null) return { name, verdict: "note", what: "Chưa so được với máy chủ" };
  const seconds = (Math.abs(ms) / 1000).toFixed(1).replace(".", ",");
  const what = `Lệch ${seconds} giây; giờ thi tính theo máy chủ`;
  return { name, verdict: Math.abs(ms) > CLOCK_OFF_MS ? "note" : "ok", what };
}

function screen(width: number, height: number): Finding {
  const name = "Màn hình";
  const size = `${width} × ${height}`;
  if (width < NARROWEST) return { name, verdict: "bad", what: `${size}, hẹp quá. Mở rộng cửa sổ hoặc giảm phóng to.` };
  if (width < COMFORTABLE) return { name, verdict: "note", what: `${size}, hẹp; câu hỏi xếp thành một cột` };
  return { name, verdict: "ok", what: `${size}, hiện đủ một câu` };
}

function letters(fontLoaded: boolean, mathWorks: boolean): Finding {
  const name = "Chữ và công thức";
  if (!mathWorks) return { name, verdict: "bad", what: "Trình duyệt không vẽ được công thức. Cần Chrome, Edge từ 109 hoặc Firefox từ 115." };
  const what = "Đọc thử; thấy chữ vỡ hay ô vuông thì báo giám thị";
  return { name, verdict: fontLoaded ? "ok" : "note", what };
}

export function isUsable(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "bad");
}

/** «4 mục đạt, 1 mục cần để ý» */
export function summary(findings: readonly Finding[]): string {
  const count = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  const words = [`${count("ok")} mục đạt`];
  if (count("note") > 0) words.push(`${count("note")} mục cần để ý`);
  if (count("bad") > 0) words.push(`${count("bad")} mục không đạt`);
  return words.join(", ");
}
