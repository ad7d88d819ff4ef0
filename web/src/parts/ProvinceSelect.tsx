// A region, or several, chosen by name or code; its value is the code.
import { Select, type SelectProps } from "antd";
import { provinceNames } from "../texts/provinces";
import { useProvinces } from "../texts/use";

export function ProvinceSelect(props: Pick<SelectProps, "id" | "mode" | "className">) {
  const said = useProvinces();
  return (
    <Select
      {...props}
      showSearch
      allowClear
      optionFilterProp="label"
      options={Object.keys(provinceNames).map((code) => ({ value: code, label: said([code]) }))}
    />
  );
}
