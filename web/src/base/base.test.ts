import { beforeAll, describe, expect, it, vi } from "vitest";

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
});

describe("indicators are defanged", () => {
  it.each([
    ["domain", "evil.example", "evil[.]example"],
    ["url", "http://evil.example/a.b?c=d.e", "hxxp[://]evil[.]example/a.b?c=d.e"],
    ["url", "HTTPS://evil.example:8443", "hxxps[://]evil[.]example:8443"],
    ["ipv4", "192.0.2.1", "192[.]0[.]2[.]1"],
    ["email", "who@evil.example", "who[@]evil[.]example"],
    ["endpoint", "192.0.2.1:53", "192[.]0[.]2[.]1:53"],
    ["sha256", "00ff.", "00ff."],
    ["phone", "10086", "10086"],
  ])("%s %s", async (kind, value, safe) => {
    const { shown } = await import("./defang");
    expect(shown(kind, value)).toBe(safe);
    expect(shown(kind, safe), "once is enough").toBe(safe);
  });
  it.each([
    ["hxxp://c2[.]evil.example/x", "hxxp[://]c2[.]evil[.]example/x"],
    ["hxxps[:]//evil[.]example", "hxxps[://]evil[.]example"],
    ["who[@]evil[.]example", "who[@]evil[.]example"],
  ])("%s was taken apart before", async (typed, safe) => {
    const { defang } = await import("./defang");
    expect(defang(typed)).toBe(safe);
  });
});

describe("the language", () => {
  it.each([
    ["zh-CN", "zh"],
    ["zh", "zh"],
    ["ZH-Hant-TW", "zh"],
    ["en-GB", "en"],
    ["de", "en"],
    ["", "zh"],
    [undefined, "zh"],
  ])("of a browser that says %s is %s", async (said, language) => {
    const { languageOf } = await import("./settings");
    expect(languageOf(said)).toBe(language);
  });
  it("is the browser's until somebody chooses one, whatever else was chosen", async () => {
    localStorage.setItem("tocsin.settings", '{"theme":"dark"}');
    vi.stubGlobal("navigator", { language: "en-US" });
    vi.resetModules();
    const { change, settings } = await import("./settings");
    expect(settings()).toMatchObject({ language: "en", theme: "dark" });
    change({ zone: "UTC" });
    expect(localStorage.getItem("tocsin.settings")).not.toContain("language");
    change({ language: "zh" });
    expect(settings().language).toBe("zh");
    expect(localStorage.getItem("tocsin.settings")).toContain('"language":"zh"');
    vi.unstubAllGlobals();
    vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
    localStorage.clear();
    vi.resetModules();
  });
});

describe("spans, dates and numbers", () => {
  it.each([
    [86_400_000 + 3 * 3_600_000, "zh", "1天03小时"],
    [245_000, "zh", "4分05秒"],
    [245_000, "en", "4 min 05 s"],
    [0, "zh", "0秒"],
    [-5_000, "en", "0 s"],
  ] as const)("%d ms in %s", async (ms, language, said) => {
    const { span } = await import("./format");
    expect(span(ms, language)).toBe(said);
  });
  it.each([
    ["24h", "zh", "24 小时"],
    ["1h", "en", "1 hour"],
    ["3wd", "zh", "3 个工作日"],
    ["3wd", "en", "3 working days"],
    ["30 calendar_day", "en", "30 days"],
    ["prompt", "en", "prompt"],
    ["24h or so", "zh", "24h or so"],
  ] as const)("the limit %s in %s", async (limit, language, said) => {
    const { length } = await import("./format");
    expect(length(limit, language)).toBe(said);
  });
  it("are told in the chosen zone", async () => {
    const { makeFormat } = await import("./format");
    const zh = makeFormat("zh", "Asia/Shanghai");
    expect(zh.dateTime("2026-11-22T16:00:00Z")).toContain("2026/11/23 00:00:00");
    expect(makeFormat("en", "UTC").date("2026-11-22T16:00:00Z")).toBe("22/11/2026");
    expect(zh.number(1234567)).toBe("1,234,567");
    const day = { due: "2027-01-05T16:00:00Z", last_day: "2027-01-05" };
    expect(zh.due(day)).toBe("2027/01/05 24:00");
    expect(makeFormat("en", "Asia/Shanghai").due(day)).toBe("05/01/2027 24:00");
    expect(makeFormat("zh", "UTC").due(day)).toBe("2027/01/05 16:00:00");
    expect(zh.due({ due: "2027-01-05T16:00:00Z" })).toBe("2027/01/06 00:00:00");
    expect(zh.due(undefined)).toBe("");
  });
});

describe("keys", () => {
  const key = (name: string, target: EventTarget = document.body) => {
    const event = new KeyboardEvent("keydown", { key: name, cancelable: true });
    Object.defineProperty(event, "target", { value: target });
    return event;
  };
  it("go to the newest layer, in sequences too, and never to somebody who types", async () => {
    const { createElement } = await import("react");
    const { render } = await import("@testing-library/react");
    const { press, useKeys } = await import("./keys");
    const said: string[] = [];
    const Layer = ({ name }: { name: string }) => {
      useKeys([
        { key: "j", help: "", run: () => said.push(`${name} j`) },
        { key: "Escape", help: "", run: () => said.push(`${name} Escape`) },
        { key: `g ${name}`, help: "", run: () => said.push(`${name} sequence`) },
      ]);
      return null;
    };
    render(createElement(Layer, { name: "a" }));
    const second = render(createElement(Layer, { name: "b" }));
    press(key("j"));
    press(key("g"));
    press(key("a"));
    press(key("j", document.createElement("input")));
    second.unmount();
    press(key("j"));
    // A choice that was made keeps the focus, and nobody types into it.
    const chosen = document.createElement("input");
    chosen.readOnly = true;
    press(key("g", chosen));
    press(key("a", chosen));
    const ticked = document.createElement("input");
    ticked.type = "checkbox";
    press(key("j", ticked));
    // Escape closes a list that is open before anything else, but not for the button of the menu.
    const list = document.createElement("input");
    list.readOnly = true;
    list.setAttribute("role", "combobox");
    const button = document.createElement("button");
    for (const open of [list, button]) open.setAttribute("aria-expanded", "true");
    press(key("Escape", list));
    press(key("Escape", button));
    expect(said).toEqual(["b j", "a sequence", "a j", "a sequence", "a j", "a Escape"]);
  });
});
