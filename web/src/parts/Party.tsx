// Who: a unit by its name, a person as far as the reader may know names.
import { Tooltip } from "antd";
import { useNames, useOrganizations } from "../api/queries";
import { useText, useTexts } from "../texts/use";
import { partsTexts } from "./texts";

/** The name of a unit by its id, as a function for texts. */
export function useUnitName(): (id: string | undefined) => string {
  const text = useText();
  const { data } = useOrganizations();
  return (id) => {
    if (!id) return "";
    const unit = data?.get(id);
    return unit ? text(unit.title) || (unit.code ?? id) : id;
  };
}

export function Unit({ id }: { id: string | undefined }) {
  const name = useUnitName();
  const { data } = useOrganizations();
  const code = id ? data?.get(id)?.code : undefined;
  return code ? (
    <Tooltip title={code}>
      <span>{name(id)}</span>
    </Tooltip>
  ) : (
    <span>{name(id)}</span>
  );
}

const OF_THE_HUB = "system:";

/**
 * The name of a person by id. Others than the reader may know are told apart by the end of their id;
 * the parts of the hub that act by themselves are named.
 */
export function usePersonName(): (id: string | undefined) => string {
  const names = useNames();
  const t = useTexts(partsTexts);
  return (id) => {
    if (!id) return "";
    return id.startsWith(OF_THE_HUB)
      ? t.ofTheHub(id.slice(OF_THE_HUB.length))
      : (names.data?.get(id)?.name ?? `…${id.slice(-6)}`);
  };
}

export function Person({ id, unit }: { id: string | undefined; unit?: string }) {
  const name = usePersonName();
  if (!id) return null;
  return (
    <span title={id}>
      {name(id)}
      {unit && (
        <>
          {" · "}
          <Unit id={unit} />
        </>
      )}
    </span>
  );
}
