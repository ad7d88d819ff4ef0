// The second factor: its secret as a QR code that is drawn here and shown once, and recovery codes.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Input, QRCode, Skeleton } from "antd";
import { act, api, data } from "../../api/client";
import { useFormat } from "../../base/format";
import { newKey } from "../../parts/ActionForm";
import { useCopy } from "../../parts/Indicator";
import { ProblemView } from "../../parts/ProblemView";
import { account as en } from "../../texts/en/account";
import { useTexts } from "../../texts/use";
import { account as zh } from "../../texts/zh/account";
import { Panel } from "../admin/parts";

const PATH = "/api/v1/me/second-factor";

interface Enrolment {
  secret: string;
  uri: string;
}

function Codes({ codes, done }: { codes: string[]; done: () => void }) {
  const t = useTexts({ zh, en });
  const copy = useCopy();
  return (
    <>
      <p role="status">{t.recoveryHint}</p>
      <Input.TextArea
        readOnly
        rows={10}
        className="secret"
        aria-label={t.recoveryCodes}
        value={codes.join("\n")}
      />
      <span className="buttons">
        <Button onClick={() => copy(codes.join("\n"), t.codesCopied)}>{t.copyCodes}</Button>
        <Button type="primary" onClick={done}>
          {t.keptCodes}
        </Button>
      </span>
    </>
  );
}

function Confirm(props: { enrolment: Enrolment; send: (code: string) => void; busy: boolean }) {
  const t = useTexts({ zh, en });
  return (
    <div className="enrol">
      {/* Scanners want dark on light, in the dark theme too. */}
      <QRCode
        type="svg"
        className="qr-paper"
        value={props.enrolment.uri}
        color="#000000"
        bgColor="#ffffff"
        aria-label={t.qr}
      />
      <Form
        layout="vertical"
        className="panel-form"
        onFinish={({ code }: { code: string }) => props.send(code.replaceAll(" ", ""))}
      >
        <p>{t.scan}</p>
        <p>
          {t.typeIt} <code className="totp-secret">{props.enrolment.secret}</code>
        </p>
        <Form.Item name="code" label={t.code} rules={[{ required: true, message: t.needed }]}>
          <Input autoComplete="one-time-code" inputMode="numeric" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={props.busy}>
          {t.confirm}
        </Button>
      </Form>
    </div>
  );
}

/** `done` after the recovery codes were kept. */
export function SecondFactor({ done }: { done?: () => void }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const state = useQuery({
    queryKey: ["second-factor"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/me/second-factor", { signal })),
  });
  const enrol = useMutation({
    mutationFn: async () => (await act(PATH, {}, newKey())) as Enrolment,
  });
  const confirm = useMutation({
    mutationFn: async (code: string) =>
      (await act(`${PATH}/confirmation`, { code }, newKey())) as { recovery_codes: string[] },
    onSuccess: () => state.refetch(),
  });
  const kept = () => {
    enrol.reset();
    confirm.reset();
    done?.();
  };
  if (state.error) return <ProblemView error={state.error} retry={() => state.refetch()} />;
  if (!state.data) return <Skeleton active />;
  const { confirmed, required, recovery_left } = state.data;
  return (
    <Panel title={t.secondFactor} hint={required ? t.factorRequired : t.factorHint}>
      {confirm.data ? (
        <Codes codes={confirm.data.recovery_codes} done={kept} />
      ) : (
        <>
          <p>{confirmed ? t.factorOn(format.number(recovery_left ?? 0)) : t.factorOff}</p>
          {confirmed && <p className="panel-none">{t.factorLost}</p>}
          {!confirmed && !enrol.data && (
            <Button type="primary" loading={enrol.isPending} onClick={() => enrol.mutate()}>
              {t.enrol}
            </Button>
          )}
          {enrol.error && <ProblemView error={enrol.error} />}
          {enrol.data && !confirmed && (
            <Confirm
              enrolment={enrol.data}
              busy={confirm.isPending}
              send={(code) => confirm.mutate(code)}
            />
          )}
          {confirm.error && <ProblemView error={confirm.error} />}
        </>
      )}
    </Panel>
  );
}
