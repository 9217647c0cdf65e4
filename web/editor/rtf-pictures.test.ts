import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureOfDataUri, picturesOfRtf } from "./rtf-pictures.ts";

const HEX = "89504e470d0a1a0a00010203";
const BYTES = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 3];

test("pictures of Word's RTF come in their order, whatever stands around the digits", () => {
  const rtf = `{\\rtf1 Chữ {\\*\\shppict{\\pict{\\*\\picprop\\shplid1025{\\sp{\\sn x}}}\\picscalex100\\pngblip\\bliptag-12 {\\*\\blipuid ab12}\n${HEX.slice(0, 10)}\n${HEX.slice(10)}}}
    {\\nonshppict {\\pict\\wmetafile8 0100090000030000}} {\\pict\\jpegblip ffd8ffe000104a46}}`;
  const found = picturesOfRtf(rtf);
  assert.deepEqual(found.map((picture) => picture?.type), ["image/png", "image/jpeg"]);
  assert.deepEqual([...(found[0]?.bytes ?? [])], BYTES);
});

test("a metafile is a picture that cannot be shown", () => {
  assert.deepEqual(picturesOfRtf("{\\rtf1{\\pict\\wmetafile8 0100090000030000}}"), [null]);
});

test("a picture inside the HTML is read from its own address", () => {
  assert.deepEqual([...(pictureOfDataUri(`data:image/png;base64,${btoa("abc")}`)?.bytes ?? [])], [97, 98, 99]);
  assert.equal(pictureOfDataUri("data:text/html;base64,YWJj"), null);
  assert.equal(pictureOfDataUri("file:///C:/x.png"), null);
});
