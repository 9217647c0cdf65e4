/** The structures offered beside a formula's field; □ is where the cursor goes. */
export interface Structure {
  readonly name: string;
  readonly face: string;
  readonly tex: string;
}

/** Inside `\\ce{…}`. */
export const CHEMISTRY: readonly Structure[] = [
  { name: "Phản ứng", face: "\\rightarrow", tex: " -> " },
  { name: "Phản ứng có điều kiện", face: "\\xrightarrow{t^{\\circ}}", tex: " ->[□] " },
  { name: "Phản ứng thuận nghịch", face: "\\rightleftharpoons", tex: " <=> " },
  { name: "Chất khí bay lên", face: "\\uparrow", tex: " ^ " },
  { name: "Chất kết tủa", face: "\\downarrow", tex: " v " },
  { name: "Điện tích dương", face: "X^{2+}", tex: "^{□+}" },
  { name: "Điện tích âm", face: "X^{2-}", tex: "^{□-}" },
  { name: "Đồng vị", face: "{}^{14}_{6}\\mathrm{C}", tex: "^{□}_{□}" },
  { name: "Ngậm nước", face: "\\cdot n\\mathrm{H_2O}", tex: " * □H2O" },
];

export const STRUCTURES: readonly Structure[] = [
  { name: "Phân số", face: "\\frac{a}{b}", tex: "\\frac{□}{□}" },
  { name: "Căn bậc hai", face: "\\sqrt{a}", tex: "\\sqrt{□}" },
  { name: "Luỹ thừa", face: "x^{n}", tex: "^{□}" },
  { name: "Chỉ số dưới", face: "x_{n}", tex: "_{□}" },
  { name: "Tích phân", face: "\\int", tex: "\\int_{□}^{□} \\, dx" },
  { name: "Tổng", face: "\\sum", tex: "\\sum_{□}^{□} " },
  { name: "Giới hạn", face: "\\lim", tex: "\\lim_{x \\to □} " },
  { name: "Vectơ", face: "\\overrightarrow{AB}", tex: "\\overrightarrow{□}" },
  { name: "Góc", face: "\\widehat{ABC}", tex: "\\widehat{□}" },
  { name: "Hệ phương trình", face: "\\{", tex: "\\begin{cases} □ \\\\ □ \\end{cases}" },
  { name: "Giá trị tuyệt đối", face: "|a|", tex: "\\left| □ \\right|" },
  { name: "Nhỏ hơn hoặc bằng", face: "\\le", tex: "\\le " },
  { name: "Lớn hơn hoặc bằng", face: "\\ge", tex: "\\ge " },
  { name: "Khác", face: "\\ne", tex: "\\ne " },
  { name: "Thuộc", face: "\\in", tex: "\\in " },
  { name: "Vô cực", face: "\\infty", tex: "\\infty " },
  { name: "Số pi", face: "\\pi", tex: "\\pi " },
  { name: "Độ", face: "30^{\\circ}", tex: "^{\\circ}" },
  { name: "Suy ra", face: "\\Rightarrow", tex: "\\Rightarrow " },
  { name: "Tương đương", face: "\\Leftrightarrow", tex: "\\Leftrightarrow " },
];
