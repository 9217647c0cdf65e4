/** What the fields of the editor share: the server, the field being written in, the notices. */
import type { RichText } from "./rich-text.ts";
import type { Asset, SoundAsset } from "./contract.ts";
import type { Answer, BankServer } from "./server.ts";
import type { Timers } from "./timers.ts";
import { FIGURE } from "./picture-nodes.ts";
import { t } from "./words.ts";

const LARGEST_BYTES = 10 * 1024 * 1024;
const LARGEST_SOUND_BYTES = 20_000_000;

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

  addPicture(field: RichText, file: File): Promise<void> {
    return this.upload(file, ({ sha256 }) => this.insertFigure(field, sha256));
  }

  /** Hands the stored picture on; whatever goes wrong is said, and nothing else changes. */
  async upload(file: File, take: (asset: Asset) => void, giveUp: () => void = () => undefined): Promise<void> {
    if (file.size > LARGEST_BYTES) {
      giveUp();
      this.say(t("Hình «{name}» nặng hơn {n} MB. Thu nhỏ hình rồi thêm lại.", { name: file.name, n: LARGEST_BYTES / 1024 / 1024 }));
      return;
    }
    this.say(t("Đang tải hình «{name}» lên…", { name: file.name }));
    this.hand(await this.server.upload(file), take, (why) => {
      giveUp();
      return t("Chưa thêm được hình «{name}»: {why}", { name: file.name, why });
    });
  }

  async uploadSound(file: File, take: (asset: SoundAsset) => void): Promise<void> {
    if (file.size > LARGEST_SOUND_BYTES) {
      this.say(t("Đoạn âm thanh «{name}» nặng hơn {n} MB. Nén lại rồi thêm lại.", { name: file.name, n: LARGEST_SOUND_BYTES / 1_000_000 }));
      return;
    }
    this.say(t("Đang tải «{name}» lên…", { name: file.name }));
    this.hand(await this.server.uploadSound(file), take, (why) => t("Chưa thêm được «{name}»: {why}", { name: file.name, why }));
  }

  private hand<T>(answer: Answer<T>, take: (asset: T) => void, failure: (why: string) => string): void {
    if (answer.kind !== "ok") {
      this.say(failure(answer.kind === "unreachable" ? t("mất mạng") : answer.message));
      return;
    }
    this.say("");
    take(answer.body);
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
