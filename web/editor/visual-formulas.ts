/** The library for writing formulas as they look, in a bundle of its own: fetched when first needed. */
import { MathfieldElement } from "mathlive";

MathfieldElement.fontsDirectory = "/static/dist/formula-fonts";
MathfieldElement.soundsDirectory = null;
MathfieldElement.decimalSeparator = ",";
