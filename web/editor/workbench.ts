/** What the fields of the editor share: the server, the field being written in, the notices. */
import type { RichText } from "./rich-text.ts";
import type { BankServer } from "./server.ts";
import type { Timers } from "./timers.ts";
import { FIGURE } from "./picture-nodes.ts";
import { t } from "./words.ts";

const LARGEST_BYTES = 10 * 1024 * 1024;

export class Workbench {
  active: RichText | null = null;
  notice = "";
  readonly server: BankServer;
  readonly timers: Timers;
  private readonly redraw: () => void;

  constructor(server: BankServer, timers: Timers, redraw: () => void) {
    this.server = server;
    this.timers = timers;
    this.redraw = redraw;
  }

  /** The first field of the page is the one the bar acts on until another is entered. */
  ready(field: RichText): void {
    if (this.active === null) this.activate(field);
  }

  activate(field: RichText): void {
    if (this.active === field) return;
    this.active?.editor.off("transaction", this.redraw);
    this.active = field;
    field.editor.on("transaction", this.redraw);
    this.redraw();
  }

  forget(field: RichText): void {
    if (this.active !== field) return;
    this.active = null;
    this.redraw();
  }

  say(notice: string): void {
    this.notice = notice;
    this.redraw();
  }

  async addPicture(field: RichText, file: File): Promise<void> {
    if (file.size > LARGEST_BYTES) {
      this.say(t("Hình «{name}» nặng hơn {n} MB. Thu nhỏ hình rồi thêm lại.", { name: file.name, n: LARGEST_BYTES / 1024 / 1024 }));
      return;
    }
    this.say(t("Đang tải hình «{name}» lên…", { name: file.name }));
    const answer = await this.server.upload(file);
    if (answer.kind !== "ok") {
      const why = answer.kind === "unreachable" ? t("mất mạng") : answer.message;
      this.say(t("Chưa thêm được hình «{name}»: {why}", { name: file.name, why }));
      return;
    }
    this.say("");
    this.insertFigure(field, answer.body.sha256);
  }

  private insertFigure(field: RichText, sha256: string): void {
    const { editor } = field;
    editor.chain().insertContent({ type: FIGURE, attrs: { src: `asset:${sha256}` } }).run();
    let place = -1;
    editor.state.doc.descendants((node, pos) => {
      if (node.attrs.src === `asset:${sha256}` && node.attrs.alt === "") place = pos;
    });
    if (place !== -1) editor.commands.setNodeSelection(place);
    field.focusBar();
  }
}
