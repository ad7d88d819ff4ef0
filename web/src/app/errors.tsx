// What stands where a page should be.
import { Link, useRouteError } from "react-router";
import { PageHead } from "../parts/PageHead";
import { ProblemView } from "../parts/ProblemView";
import { useTexts } from "../texts/use";
import { shellTexts } from "./texts";

export function RouteError() {
  const error = useRouteError();
  const t = useTexts(shellTexts);
  return (
    <>
      <PageHead title={t.failed} purpose={t.failedPurpose} />
      <ProblemView error={error} retry={() => window.location.reload()} />
    </>
  );
}

export function NotFound() {
  const t = useTexts(shellTexts);
  return (
    <>
      <PageHead title={t.notFound} purpose={t.notFoundHint} />
      <Link to="/">{t.home}</Link>
    </>
  );
}
