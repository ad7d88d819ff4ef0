import { desks as en } from "../../texts/en/desks";
import { desks as zh } from "../../texts/zh/desks";

export const deskTexts = { zh, en };
