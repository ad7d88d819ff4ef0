import { shell as en } from "../texts/en/shell";
import { shell as zh } from "../texts/zh/shell";

export const shellTexts = { zh, en };
