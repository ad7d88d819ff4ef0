import { Modal } from "antd";
import { useActiveKeys } from "../base/keys";
import { useTexts } from "../texts/use";
import { shellTexts } from "./texts";

export function KeyHelp({ close }: { close: () => void }) {
  const t = useTexts(shellTexts);
  const keys = useActiveKeys();
  return (
    <Modal open title={t.keys} onCancel={close} footer={null}>
      <dl className="keys">
        {keys.map((k) => (
          <div key={k.key}>
            <dt>
              {k.key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{k.help}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
