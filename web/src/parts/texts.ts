import { parts as en } from "../texts/en/parts";
import { parts as zh } from "../texts/zh/parts";

export const partsTexts = { zh, en };
