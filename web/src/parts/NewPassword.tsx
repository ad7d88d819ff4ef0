// The two fields in which somebody chooses a password.
import { Form, Input } from "antd";
import { account as en } from "../texts/en/account";
import { useTexts } from "../texts/use";
import { account as zh } from "../texts/zh/account";

export function NewPassword() {
  const t = useTexts({ zh, en });
  const needed = [{ required: true, message: t.needed }];
  return (
    <>
      <Form.Item name="password" label={t.newPassword} extra={t.newPasswordHint} rules={needed}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t.again}
        dependencies={["password"]}
        rules={[
          ...needed,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue("password")
                ? Promise.resolve()
                : Promise.reject(new Error(t.different)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
