import { table as en } from "../../texts/en/table";
import { table as zh } from "../../texts/zh/table";

export const tableTexts = { zh, en };
