// A rule file is taken in after a look at what it would change: nobody moves deadlines unseen.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Upload } from "antd";
import { act, api, data } from "../../api/client";
import { useFormat } from "../../base/format";
import { carry } from "../../base/work";
import { newKey } from "../../parts/ActionForm";
import { Facts } from "../../parts/Facts";
import { MOST_FILE } from "../../parts/files";
import { ProblemView } from "../../parts/ProblemView";
import { law as en } from "../../texts/en/law";
import { both, useText, useTexts } from "../../texts/use";
import { law as zh } from "../../texts/zh/law";
import { Panel } from "../admin/parts";

async function preview(content: string) {
  const seen = await data(api.POST("/api/v1/law/files/preview", { body: { content } }));
  return { ...seen, content, key: newKey() };
}

type Seen = Awaited<ReturnType<typeof preview>>;

function Change({ seen }: { seen: Seen }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const format = useFormat();
  return (
    <Facts
      of={[
        [t.name, text(seen.name)],
        [t.fileKind, t.fileKinds(seen.kind ?? "")],
        [t.keptAs, <code key="id">{seen.id}</code>],
        [t.effect, t.effects(seen.effect ?? "")],
        [t.provisionalNow, format.number(seen.provisional ?? 0)],
        [t.recomputed, format.number(seen.recomputed ?? 0)],
      ]}
    />
  );
}

export function ImportRules() {
  const t = useTexts({ zh, en });
  const client = useQueryClient();
  const { message } = App.useApp();
  const look = useMutation({ mutationFn: preview });
  const take = useMutation({
    mutationFn: ({ content, key, id = "" }: Seen) =>
      carry({ title: both({ zh, en }, (of) => of.importOf(id)), place: "/law" }, () =>
        act("/api/v1/law/files", { content }, key),
      ),
    onSuccess: async (_, { id = "" }) => {
      message.success(t.imported(id));
      look.reset();
      // Rule sets, deadlines and every clock on a page may say something else now.
      await client.invalidateQueries();
    },
  });
  const choose = async (file: File) => {
    take.reset();
    if (file.size > MOST_FILE) return void message.error(t.fileTooLarge);
    look.mutate(await file.text());
  };
  const leave = () => {
    take.reset();
    look.reset();
  };
  const seen = look.data;
  return (
    <Panel
      title={t.importTitle}
      hint={t.importHint}
      extra={
        <Upload
          accept=".json,application/json"
          showUploadList={false}
          beforeUpload={(file) => {
            choose(file);
            return false;
          }}
        >
          <Button loading={look.isPending}>{t.chooseFile}</Button>
        </Upload>
      }
    >
      {look.error && <ProblemView error={look.error} />}
      {take.error && <ProblemView error={take.error} />}
      {seen && (
        <div className="stacked" role="status">
          <Change seen={seen} />
          {seen.effect === "same" && <Alert type="info" showIcon message={t.unchanged} />}
          <div>
            {seen.effect !== "same" && (
              <Button type="primary" loading={take.isPending} onClick={() => take.mutate(seen)}>
                {t.importIt}
              </Button>
            )}{" "}
            <Button onClick={leave}>{t.otherFile}</Button>
          </div>
        </div>
      )}
    </Panel>
  );
}
