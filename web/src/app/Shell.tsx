// The frame of every page: navigation by role, header, and what belongs to the whole console.
import { MenuOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { NavLink, Outlet, useLocation, useNavigate, useNavigation } from "react-router";
import { useMe } from "../api/queries";
import { useKeys } from "../base/keys";
import { useSmall } from "../base/settings";
import { useText, useTexts } from "../texts/use";
import { Choices, Header } from "./Header";
import { KeyHelp } from "./KeyHelp";
import { useLiveEvents } from "./live";
import { type Group, groups, pagesFor } from "./pages";
import { useOtherWindows } from "./Sides";
import { shellTexts } from "./texts";

function Navigation({ small }: { small: boolean }) {
  const t = useTexts(shellTexts);
  const text = useText();
  const me = useMe();
  const mine = pagesFor(me.data?.user.roles ?? []);
  return (
    <nav aria-label={t.navigation} className="shell-nav">
      {small && (
        <div className="shell-choices">
          <Choices />
        </div>
      )}
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
  const small = useSmall();
  const [wide, setWide] = useState(true);
  const { pathname } = useLocation();
  // On a small screen the menu lies over the page it was opened on, and goes with it.
  const [over, setOver] = useState<string>();
  const menu = small ? over === pathname : wide;
  const toggle = () => (small ? setOver(menu ? undefined : pathname) : setWide(!wide));
  useKeys([
    ...(small && menu ? [{ key: "Escape", help: t.closeMenu, run: toggle }] : []),
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
          onClick={toggle}
        />
        <Header showKeys={() => setHelp(true)} />
      </header>
      {menu && <Navigation small={small} />}
      {menu && small && <div className="shell-veil" aria-hidden onClick={toggle} />}
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
