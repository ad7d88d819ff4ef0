// A column's name as the button that orders the rows by it.
import { CaretDownOutlined, CaretUpOutlined } from "@ant-design/icons";
import { useTexts } from "../../texts/use";
import type { Way } from "./sort";
import { tableTexts } from "./texts";

interface Props {
  title: string;
  order: Way;
  /** Why the rows cannot be ordered by it; empty: they can. */
  whyNot?: string;
  choose: () => void;
}

export function SortButton({ title, order, whyNot = "", choose }: Props) {
  const t = useTexts(tableTexts);
  return (
    <button
      type="button"
      className="sort-button"
      aria-disabled={whyNot !== ""}
      title={whyNot || { none: t.sortUp, ascending: t.sortDown, descending: t.unsort }[order]}
      onClick={() => whyNot === "" && choose()}
    >
      {title}
      {order === "ascending" && <CaretUpOutlined aria-hidden />}
      {order === "descending" && <CaretDownOutlined aria-hidden />}
    </button>
  );
}
