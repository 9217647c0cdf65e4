/** Is this machine fit for an examination? What was measured, and what it means. Pure. */
import { t } from "./language.ts";

export type Verdict = "ok" | "note" | "bad";

export interface Finding {
  name: string;
  verdict: Verdict;
  what: string;
  /** The letters and formulas are shown beside it, for the eye to judge. */
  isSample?: boolean;
}

export function verdictWord(verdict: Verdict): string {
  return { ok: t("Đạt"), note: t("Để ý"), bad: t("Không đạt") }[verdict];
}

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
  const name = t("Máy chủ phòng thi");
  if (ms === null) return { name, verdict: "bad", what: t("Không trả lời. Kiểm tra dây mạng, rồi bấm Kiểm tra lại.") };
  const what = t("Trả lời sau {n} mili giây", { n: Math.max(1, Math.round(ms)) });
  return ms > SLOW_MS ? { name, verdict: "note", what: t("{what}, chậm; vẫn thi được", { what }) } : { name, verdict: "ok", what };
}

function storage(works: boolean): Finding {
  const name = t("Lưu bài trên máy");
  return works
    ? { name, verdict: "ok", what: t("Ghi thử rồi đọc lại, khớp") }
    : { name, verdict: "note", what: t("Trình duyệt không cho ghi; mất mạng thì bài chỉ nằm trong trang đang mở") };
}

function clock(ms: number | null): Finding {
  const name = t("Đồng hồ");
  if (ms === null) return { name, verdict: "note", what: t("Chưa so được với máy chủ") };
  const off = Math.abs(ms);
  if (off > CLOCK_OFF_MS) {
    const what = t("Lệch {minutes} phút; giờ thi tính theo máy chủ", { minutes: Math.floor(off / 60_000) });
    return { name, verdict: "note", what };
  }
  const seconds = (off / 1000).toFixed(1).replace(".", ",");
  return { name, verdict: "ok", what: t("Lệch {seconds} giây; giờ thi tính theo máy chủ", { seconds }) };
}

function screen(width: number, height: number): Finding {
  const name = t("Màn hình");
  const size = `${width} × ${height}`;
  if (width < NARROWEST) return { name, verdict: "bad", what: t("{size}, hẹp quá. Mở rộng cửa sổ hoặc giảm phóng to.", { size }) };
  if (width < COMFORTABLE) return { name, verdict: "note", what: t("{size}, hẹp; câu hỏi xếp thành một cột", { size }) };
  return { name, verdict: "ok", what: t("{size}, hiện đủ một câu", { size }) };
}

function letters(fontLoaded: boolean, mathWorks: boolean): Finding {
  const name = t("Chữ và công thức");
  if (!mathWorks) return { name, verdict: "bad", what: t("Trình duyệt không vẽ được công thức. Cần Chrome, Edge từ 109 hoặc Firefox từ 115."), isSample: true };
  const what = t("Đọc thử; thấy chữ vỡ hay ô vuông thì báo giám thị");
  return { name, verdict: fontLoaded ? "ok" : "note", what, isSample: true };
}

export function isUsable(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "bad");
}

/** «4 mục đạt, 1 mục cần để ý» */
export function summary(findings: readonly Finding[]): string {
  const count = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  const words = [t("{n} mục đạt", { n: count("ok") })];
  if (count("note") > 0) words.push(t("{n} mục cần để ý", { n: count("note") }));
  if (count("bad") > 0) words.push(t("{n} mục không đạt", { n: count("bad") }));
  return words.join(", ");
}
