// The frame of every page: navigation by role, header, and what belongs to the whole console.
import { MenuOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { NavLink, Outlet, useNavigate, useNavigation } from "react-router";
import { useMe } from "../api/queries";
import { useKeys } from "../base/keys";
import { useText, useTexts } from "../texts/use";
import { Header } from "./Header";
import { KeyHelp } from "./KeyHelp";
import { useLiveEvents } from "./live";
import { type Group, groups, pagesFor } from "./pages";
import { useOtherWindows } from "./Sides";
import { shellTexts } from "./texts";

function Navigation() {
  const t = useTexts(shellTexts);
  const text = useText();
  const me = useMe();
  const mine = pagesFor(me.data?.user.roles ?? []);
  return (
    <nav aria-label={t.navigation} className="shell-nav">
      {(Object.keys(groups) as Group[])
        .filter((group) => mine.some((p) => p.group === group))
        .map((group) => (
          <section key={group}>
            <h2>{text(groups[group])}</h2>
            <ul>
              {mine
                .filter((p) => p.group === group)
                .map((p) => (
                  <li key={p.path}>
                    <NavLink to={p.path} end={p.path === "/"}>
                      {text(p.title)}
                    </NavLink>
                  </li>
                ))}
            </ul>
          </section>
        ))}
    </nav>
  );
}

export function Shell() {
  const t = useTexts(shellTexts);
  const text = useText();
  const me = useMe();
  const go = useNavigate();
  const busy = useNavigation().state !== "idle";
  const stream = useLiveEvents();
  useOtherWindows();
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(true);
  useKeys([
    { key: "?", help: t.keysHelp, run: () => setHelp(true) },
    {
      key: "/",
      help: t.keySearch,
      run: () => document.getElementById("console-search")?.focus(),
    },
    ...pagesFor(me.data?.user.roles ?? [])
      .filter((p) => p.key)
      .map((p) => ({
        key: `g ${p.key}`,
        help: t.goTo(text(p.title)),
        run: () => void go(p.path),
      })),
  ]);
  return (
    <div className={menu ? "shell" : "shell shell-narrow"}>
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <header className="shell-head">
        <Button
          type="text"
          icon={<MenuOutlined />}
          aria-label={t.menu}
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        />
        <Header showKeys={() => setHelp(true)} />
      </header>
      {menu && <Navigation />}
      <main id="content" tabIndex={-1} aria-busy={busy}>
        {stream === "lost" && (
          <div role="status" className="offline">
            {t.offline}
          </div>
        )}
        {/* What a page has gathered for one organisation is not shown for another. */}
        <Outlet key={me.data?.organization.id} />
      </main>
      {help && <KeyHelp close={() => setHelp(false)} />}
    </div>
  );
}
