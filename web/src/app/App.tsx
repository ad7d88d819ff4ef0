// Providers in their order: design with the response's style nonce, answers, then either the
// sign-in or the shell.
import { QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider, App as Messages, Spin } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, Suspense, useEffect } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { asProblem } from "../api/problem";
import { queries, useMe } from "../api/queries";
import { useDark, useSettings } from "../base/settings";
import { ProblemView } from "../parts/ProblemView";
import { NotFound, RouteError } from "./errors";
import { nonce } from "./nonce";
import { pages } from "./pages";
import { dark, light } from "./theme";

const SignIn = lazy(() => import("../pages/sign-in/SignIn"));
const MustEnrol = lazy(() => import("../pages/account/MustEnrol"));

const router = createBrowserRouter(
  [
    {
      lazy: async () => {
        const { Shell } = await import("./Shell");
        // Messages of the pages stand within the router, so that they can link.
        const Component = () => (
          <Messages component={false}>
            <Shell />
          </Messages>
        );
        return { Component };
      },
      HydrateFallback: Spin,
      ErrorBoundary: RouteError,
      children: [
        ...pages.map((page) => ({
          path: page.path,
          ErrorBoundary: RouteError,
          lazy: async () => ({ Component: (await page.load()).default }),
        })),
        { path: "*", Component: NotFound },
      ],
    },
  ],
  { basename: "/console" },
);

function Entrance() {
  const me = useMe();
  // Signed in, and not even who one is may be read: the session can only enrol a second factor.
  if (me.error && asProblem(me.error).status === 403) {
    return (
      <Suspense fallback={<Spin fullscreen />}>
        <MustEnrol />
      </Suspense>
    );
  }
  if (me.error) return <ProblemView error={me.error} retry={() => me.refetch()} />;
  if (me.data === undefined) return <Spin fullscreen />;
  if (me.data === null) {
    return (
      <Suspense fallback={<Spin fullscreen />}>
        <SignIn />
      </Suspense>
    );
  }
  return <RouterProvider router={router} />;
}

export function App() {
  const { language } = useSettings();
  const isDark = useDark();
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
  }, [language, isDark]);
  return (
    <ConfigProvider
      csp={nonce ? { nonce } : undefined}
      locale={language === "zh" ? zhCN : enUS}
      theme={isDark ? dark : light}
      button={{ autoInsertSpace: false }}
    >
      <Messages>
        <QueryClientProvider client={queries}>
          <Entrance />
        </QueryClientProvider>
      </Messages>
    </ConfigProvider>
  );
}
