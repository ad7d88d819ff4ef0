// Forms of the register: units, contacts, delegations, people, trainings.
import type { Text } from "../../api/shapes";
import type { Action, Field } from "../../parts/ActionForm";
import type { Contact } from "./Organization";

export const TYPES = [
  "miit",
  "tca",
  "expert-body",
  "operator",
  "resale-operator",
  "registry",
  "registrar",
  "internet-company",
  "security-company",
  "industry-association",
  "cyberspace-authority",
  "network-unit",
  "foreign-cert",
  "public",
];
export const ROLES = [
  "finder",
  "identifier",
  "reviewer",
  "executor",
  "verifier",
  "checker",
  "admin",
  "auditor",
];

const contacts = (initial?: Contact[]): Field => ({
  name: "contacts",
  kind: "rows",
  title: { zh: "联系人", en: "Contacts" },
  atLeast: initial ? 1 : 0,
  initial,
  fields: [
    {
      name: "duty",
      kind: "choice",
      title: { zh: "职责", en: "Duty" },
      words: ["leader", "department-head", "contact"],
      initial: "contact",
      required: true,
    },
    { name: "name", kind: "line", title: { zh: "姓名", en: "Name" }, required: true },
    { name: "phone", kind: "line", title: { zh: "电话", en: "Phone" } },
    { name: "email", kind: "line", title: { zh: "电子邮箱", en: "E-mail" } },
  ],
});

export const addOrganization: Action = {
  id: "add-organization",
  title: { zh: "登记单位", en: "Register a unit" },
  path: "/api/v1/organizations",
  fields: [
    {
      name: "code",
      kind: "line",
      title: { zh: "代码", en: "Code" },
      hint: { zh: "如 telecom-51，登记后不变", en: "such as telecom-51; it never changes" },
      required: true,
    },
    {
      name: "title.zh",
      kind: "line",
      title: { zh: "中文名称", en: "Chinese name" },
      required: true,
    },
    { name: "title.en", kind: "line", title: { zh: "英文名称", en: "English name" } },
    {
      name: "type",
      kind: "choice",
      title: { zh: "单位类型", en: "Kind of unit" },
      words: TYPES,
      required: true,
    },
    {
      name: "provinces",
      kind: "provinces",
      title: { zh: "省份", en: "Provinces" },
    },
    { name: "superior", kind: "unit", title: { zh: "上级单位", en: "Superior" } },
    {
      name: "is_cii",
      kind: "flag",
      title: { zh: "关键信息基础设施运营者", en: "Operates critical information infrastructure" },
    },
    {
      name: "is_party_gov",
      kind: "flag",
      title: { zh: "党政机关", en: "Party or government body" },
    },
    contacts(),
  ],
};

export function changeContacts(code: string, now: Contact[]): Action {
  return {
    id: `contacts:${code}`,
    title: { zh: "变更联系人", en: "Change contacts" },
    path: `/api/v1/organizations/${encodeURIComponent(code)}/contacts`,
    fields: [contacts(now)],
  };
}

export function delegate(code: string): Action {
  return {
    id: `delegate:${code}`,
    title: { zh: "委托认定", en: "Delegate identification" },
    path: "/api/v1/delegations",
    fixed: { body: code },
    fields: [
      { name: "document", kind: "line", title: { zh: "委托文件", en: "Document" }, required: true },
      { name: "from", kind: "date", title: { zh: "起始日", en: "From" } },
      { name: "until", kind: "date", title: { zh: "截止日", en: "Until" } },
    ],
  };
}

const unit: Field = {
  name: "organization",
  kind: "unit",
  title: { zh: "单位", en: "Unit" },
  required: true,
};

const roles = (title: Text, initial?: string[]): Field => ({
  name: "roles",
  kind: "many",
  title,
  words: ROLES,
  required: true,
  initial,
});

export const addPerson: Action = {
  id: "add-person",
  title: { zh: "新增人员", en: "Add a person" },
  path: "/api/v1/users",
  fields: [
    { name: "login", kind: "line", title: { zh: "用户名", en: "Login" }, required: true },
    { name: "name", kind: "line", title: { zh: "姓名", en: "Name" }, required: true },
    unit,
    roles({ zh: "角色", en: "Roles" }),
  ],
};

export function joinUnit(login: string): Action {
  return {
    id: `join:${login}`,
    title: { zh: "新增兼任", en: "Add an organisation" },
    path: `/api/v1/users/${encodeURIComponent(login)}/join`,
    fields: [unit, roles({ zh: "在该单位的角色", en: "Roles there" })],
  };
}

/** All roles held in one unit from now on; `now` are those held so far. */
export function changeRoles(login: string, unit: string, now: string[]): Action {
  return {
    id: `roles:${login}:${unit}`,
    title: { zh: "变更角色", en: "Change the roles" },
    path: `/api/v1/users/${encodeURIComponent(login)}/roles`,
    fixed: { organization: unit },
    fields: [
      roles(
        {
          zh: `在 ${unit} 的角色（收回角色时，在该单位的会话和令牌立即失效）`,
          en: `Roles in ${unit} (when one is taken away, the sessions and tokens there end at once)`,
        },
        now,
      ),
    ],
  };
}

/** Asked of those who act for several units only; left out it is the first. */
function forUnit(codes: string[], title: Text): Field[] {
  if (codes.length < 2) return [];
  return [{ name: "organization", kind: "choice", title, words: codes, initial: codes[0] }];
}

/** Without a login the form asks for it: reviewers record trainings and may not read the list of people. */
export function addTraining(login?: string, codes: string[] = []): Action {
  return {
    id: `training:${login ?? ""}`,
    title: { zh: "登记培训", en: "Record a training" },
    path: "/api/v1/trainings",
    fixed: login ? { user: login } : undefined,
    fields: [
      ...(login
        ? []
        : [
            {
              name: "user",
              kind: "line" as const,
              title: { zh: "用户名", en: "Login" },
              required: true,
            },
          ]),
      ...forUnit(codes, { zh: "为哪个单位认定", en: "Identifies for" }),
      { name: "topic", kind: "line", title: { zh: "培训内容", en: "Topic" }, required: true },
      { name: "on", kind: "date", title: { zh: "培训日期", en: "On" } },
      { name: "valid_until", kind: "date", title: { zh: "有效期至", en: "Valid until" } },
    ],
  };
}

/** Good once: the person chooses a password with it, which nobody else ever knew (W17-10). */
export function inviteUser(login: string): Action {
  return {
    id: `invite:${login}`,
    title: { zh: "邀请", en: "Invite" },
    path: `/api/v1/users/${encodeURIComponent(login)}/invitation`,
    fields: [
      {
        name: "expires",
        kind: "date",
        title: { zh: "有效期至（默认七天）", en: "Good until (left out: seven days)" },
      },
    ],
  };
}

/** One's own: nobody issues the token of another person (W17-10). */
export function issueToken(codes: string[] = []): Action {
  return {
    id: "token",
    title: { zh: "签发令牌", en: "Issue a token" },
    path: "/api/v1/tokens",
    fields: [
      {
        name: "label",
        kind: "line",
        title: { zh: "用途", en: "What for" },
        hint: { zh: "如 省级平台对接", en: "such as the link to the provincial platform" },
        required: true,
      },
      ...forUnit(codes, { zh: "代表单位", en: "Acts for" }),
      {
        name: "scopes",
        kind: "many",
        title: {
          zh: "权限（不选即为该人员的全部权限）",
          en: "Scopes (none: all that the person may)",
        },
        words: GRANTED,
        labels: SCOPES,
      },
      { name: "expires", kind: "date", title: { zh: "有效期至", en: "Expires" } },
    ],
  };
}

/** For somebody else it is for reading; with one's own one may do what one may (W17-10). */
export function bindCertificate(login: string, codes: string[] = [], own = false): Action {
  return {
    id: `certificate:${login}`,
    title: { zh: "登记证书", en: "Bind a certificate" },
    path: "/api/v1/certificates",
    fixed: { user: login },
    fields: [
      {
        name: "fingerprint",
        kind: "line",
        title: { zh: "指纹（SHA-256）", en: "Fingerprint (SHA-256)" },
        hint: {
          zh: "64 位十六进制，可含冒号：openssl x509 -in 证书 -noout -fingerprint -sha256",
          en: "64 hexadecimal digits, colons allowed: openssl x509 -in FILE -noout -fingerprint -sha256",
        },
        required: true,
      },
      ...forUnit(codes, { zh: "代表单位", en: "Acts for" }),
      ...(own
        ? [
            {
              name: "scopes",
              kind: "many" as const,
              title: { zh: "权限（不选则仅查阅）", en: "Scopes (none: reading only)" },
              words: GRANTED,
              labels: SCOPES,
            },
          ]
        : []),
      { name: "expires", kind: "date", title: { zh: "有效期至", en: "Expires" } },
    ],
  };
}

export const SCOPES: Record<string, { zh: string; en: string }> = {
  read: { zh: "查阅", en: "read" },
  submit: { zh: "提交", en: "submit" },
  import: { zh: "批量导入", en: "import" },
  decide: { zh: "认定与审查", en: "identify and review" },
  dispose: { zh: "处置", en: "dispose" },
  verify: { zh: "验证", en: "verify" },
  appeal: { zh: "申诉", en: "appeal" },
  list: { zh: "读取名单", en: "read the list" },
  admin: { zh: "平台管理", en: "run the platform" },
  journal: { zh: "查阅日志", en: "read the journal" },
  push: { zh: "推送来源内容", en: "push into a source" },
  enrol: { zh: "登记第二因素", en: "enrol a second factor" },
  invitation: { zh: "接受邀请", en: "accept an invitation" },
};

/** Those that can be asked for; the hub alone gives the others. */
const GRANTED = Object.keys(SCOPES).filter((scope) => !["enrol", "invitation"].includes(scope));
