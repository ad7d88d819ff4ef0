import { threat as en } from "../../texts/en/threat";
import { threat as zh } from "../../texts/zh/threat";

export const threatTexts = { zh, en };
