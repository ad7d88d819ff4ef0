// A new person, or one who forgot the password, chooses one: what the administrator handed over is
// good once, and sent as the credential of this one request.
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { api, data } from "../../api/client";
import { asProblem } from "../../api/problem";
import { NewPassword } from "../../parts/NewPassword";
import { ProblemView } from "../../parts/ProblemView";
import { signIn as en } from "../../texts/en/sign-in";
import { useTexts } from "../../texts/use";
import { signIn as zh } from "../../texts/zh/sign-in";

interface Values {
  invitation: string;
  password: string;
}

/** What the hub says of any credential, in words of invitations. */
function Refused({ error }: { error: Error }) {
  const t = useTexts({ zh, en });
  const { status, field } = asProblem(error);
  const notGood = status === 401 || (status === 403 && field === "Authorization");
  if (!notGood) return <ProblemView error={error} />;
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      role="alert"
      message={t.notGood}
      description={t.notGoodWhy}
    />
  );
}

export function Invitation(props: {
  accepted: (values: { login: string; password: string }) => void;
}) {
  const t = useTexts({ zh, en });
  const send = useMutation({
    mutationFn: (values: Values) =>
      data(
        api.POST("/api/v1/me/invitation", {
          headers: { Authorization: `Bearer ${values.invitation.trim()}` },
          body: { password: values.password },
        }),
      ),
    onSuccess: (made, values) =>
      props.accepted({ login: made.login ?? "", password: values.password }),
  });
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      // What was refused was another invitation than the one that is being typed.
      onValuesChange={() => send.reset()}
      onFinish={(values: Values) => send.mutate(values)}
    >
      <Form.Item
        name="invitation"
        label={t.invitation}
        extra={t.invitationHint}
        rules={[{ required: true }]}
      >
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <NewPassword />
      {send.error && <Refused error={send.error} />}
      <Button type="primary" htmlType="submit" block loading={send.isPending}>
        {t.choose}
      </Button>
    </Form>
  );
}
