// Who: a unit by its name, a person as far as the reader may know names.
import { Tooltip } from "antd";
import { useNames, useOrganizations } from "../api/queries";
import { useText } from "../texts/use";

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

/** Others than the reader may know are told apart by the end of their id. */
export function Person({ id, unit }: { id: string | undefined; unit?: string }) {
  const names = useNames();
  if (!id) return null;
  const name = names.data?.get(id)?.name ?? `…${id.slice(-6)}`;
  return (
    <span title={id}>
      {name}
      {unit && (
        <>
          {" · "}
          <Unit id={unit} />
        </>
      )}
    </span>
  );
}
