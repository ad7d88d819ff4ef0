import { Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTexts } from "../../texts/use";
import { ProblemView } from "../ProblemView";
import { tableTexts } from "./texts";

interface Props {
  searchable: boolean;
  close: () => void;
  save: (name: string, atHub: boolean) => Promise<void>;
}

export function SaveView({ searchable, close, save }: Props) {
  const t = useTexts(tableTexts);
  const [name, setName] = useState("");
  const [atHub, setAtHub] = useState(false);
  const [error, setError] = useState<unknown>();
  const keep = () => save(name.trim(), atHub).then(close, setError);
  return (
    <Modal
      open
      title={t.saveView}
      okText={t.save}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !name.trim() }}
      onCancel={close}
      onOk={keep}
    >
      <Input
        autoFocus
        aria-label={t.viewName}
        placeholder={t.viewName}
        value={name}
        onChange={(e) => setName(e.target.value)}
        onPressEnter={() => name.trim() && void keep()}
      />
      {searchable && (
        <Radio.Group value={atHub} onChange={(e) => setAtHub(e.target.value)} className="stacked">
          <Radio value={false}>{t.onThisMachine}</Radio>
          <Radio value={true}>{t.atHub}</Radio>
        </Radio.Group>
      )}
      {error !== undefined && <ProblemView error={error} />}
    </Modal>
  );
}
