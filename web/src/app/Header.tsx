// Search, whose console this is, and how it is shown.
import { QuestionCircleOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Input, Select } from "antd";
import { createSearchParams, Link, useNavigate } from "react-router";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { useMe } from "../api/queries";
import { change, LAW_ZONE, type Settings, useSettings, useSmall } from "../base/settings";
import { useMarks, useText, useTexts, useWord } from "../texts/use";
import { Sides } from "./Sides";
import { shellTexts } from "./texts";
import { WorkSign } from "./Work";

function Search() {
  const t = useTexts(shellTexts);
  const go = useNavigate();
  return (
    <search className="shell-search">
      <Input.Search
        id="console-search"
        aria-label={t.search}
        placeholder={t.searchHint}
        onSearch={(q) => void go({ pathname: "/threats", search: `${createSearchParams({ q })}` })}
        onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
      />
    </search>
  );
}

function Zone() {
  const t = useTexts(shellTexts);
  const { zone } = useSettings();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([LAW_ZONE, own, "UTC", zone])];
  return (
    <Select
      aria-label={t.zone}
      variant="borderless"
      popupMatchSelectWidth={false}
      value={zone}
      options={zones.map((z) => ({ value: z, label: z }))}
      onChange={(z) => change({ zone: z })}
    />
  );
}

function Session() {
  const t = useTexts(shellTexts);
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const me = useMe();
  const go = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  if (!me.data) return null;
  const { user, organization } = me.data;
  const signOut = async () => {
    try {
      await api.DELETE("/api/v1/session" as never);
    } catch (thrown) {
      const problem = asProblem(thrown);
      // A session that is over already is what was asked for.
      if (problem.status !== 401) return void message.error(text(problem.title));
    }
    client.setQueryData(["me"], null);
    client.removeQueries({ predicate: (q) => q.queryKey[0] !== "me" });
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          {
            key: "unit",
            disabled: true,
            label: `${t.unit}${mark.says}${text(organization.title)}`,
          },
          {
            key: "roles",
            disabled: true,
            label: `${t.roles}${mark.says}${user.roles.map(word).join(mark.words)}`,
          },
          { type: "divider" },
          { key: "account", label: t.account, onClick: () => void go("/account") },
          { key: "out", label: t.signOut, onClick: () => void signOut() },
        ],
      }}
    >
      <Button type="text" aria-label={`${t.me} ${user.name}`}>
        {user.name}
      </Button>
    </Dropdown>
  );
}

function Language() {
  const t = useTexts(shellTexts);
  const { language } = useSettings();
  return (
    <Select
      aria-label={t.language}
      variant="borderless"
      popupMatchSelectWidth={false}
      value={language}
      options={[
        { value: "zh", label: "中文" },
        { value: "en", label: "English" },
      ]}
      onChange={(l) => change({ language: l })}
    />
  );
}

function Theme() {
  const t = useTexts(shellTexts);
  const { theme } = useSettings();
  const themes: { value: Settings["theme"]; label: string }[] = [
    { value: "system", label: t.themeSystem },
    { value: "light", label: t.themeLight },
    { value: "dark", label: t.themeDark },
  ];
  return (
    <Select
      aria-label={t.theme}
      variant="borderless"
      popupMatchSelectWidth={false}
      value={theme}
      options={themes}
      onChange={(next) => change({ theme: next })}
    />
  );
}

/** Whose console it is and how it is shown: in the header, or in the menu where that is narrow. */
export function Choices() {
  return (
    <>
      <Sides />
      <Language />
      <Zone />
      <Theme />
    </>
  );
}

export function Header({ showKeys }: { showKeys: () => void }) {
  const t = useTexts(shellTexts);
  const small = useSmall();
  return (
    <>
      <Link to="/" className="brand">
        {t.product}
      </Link>
      <Search />
      <WorkSign />
      {!small && <Choices />}
      <Button
        type="text"
        icon={<QuestionCircleOutlined />}
        aria-label={t.keys}
        title={`${t.keys} (?)`}
        onClick={showKeys}
      />
      <Session />
    </>
  );
}
