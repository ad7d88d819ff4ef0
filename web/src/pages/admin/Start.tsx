// From an empty hub to the first block. What is done is seen from what exists; nothing is ticked off.
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { useOrganizations, usePeople } from "../../api/queries";
import type { Role } from "../../api/shapes";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";

interface FirstStep {
  title: string;
  why: string;
  done: boolean;
  to: string;
  /** Whose step it is. */
  by: Role;
}

/** Without somebody in each of these roles no case comes to its end. */
const NEEDED: Role[] = ["finder", "identifier", "reviewer", "executor", "verifier"];

/** Whether the journal has such a step; undefined while it is asked. */
function useHappened(action: string) {
  return useQuery({
    queryKey: ["happened", action],
    meta: { live: ["threat", "list", "import"] },
    queryFn: async ({ signal }) => {
      const query = { action, limit: 1 };
      const page = await data(api.GET("/api/v1/journal", { params: { query }, signal }));
      return (page.items?.length ?? 0) > 0;
    },
  });
}

function useSteps() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const word = useWord();
  const units = useOrganizations();
  const people = usePeople();
  const health = useQuery({
    queryKey: ["health"],
    meta: { live: ["source", "list", "task"] },
    queryFn: ({ signal }) => data(api.GET("/api/v1/health/details", { signal })),
  });
  const submitted = useHappened("threat.submitted");
  const listed = useHappened("list.new");
  const asked = [units, people, health, submitted, listed];
  const error = asked.find((one) => one.error)?.error;
  if (!units.data || !people.data || !health.data || asked.some((one) => one.isPending))
    return { steps: undefined, error };
  const organizations = [...units.data.values()];
  const persons = [...people.data.values()].filter((p) => !p.disabled);
  const missing = NEEDED.filter((role) => !persons.some((p) => p.roles?.includes(role)));
  const identifiers = persons.filter((p) => p.roles?.includes("identifier"));
  const reached = (type: string) =>
    organizations.some((o) => o.type === type && (o.contacts?.length ?? 0) > 0);
  const points = health.data.points ?? [];
  const heard = points.some((p) => (p.acknowledged ?? 0) > 0);
  const steps: FirstStep[] = [
    {
      title: t.stepUnits,
      why: t.stepUnitsWhy,
      done: reached("miit") && reached("operator"),
      to: "/admin/organizations",
      by: "admin",
    },
    {
      title: t.stepPeople,
      why:
        missing.length > 0
          ? t.stepPeopleMissing(missing.map(word).join(mark.words))
          : t.stepPeopleWhy,
      done: missing.length === 0,
      to: "/admin/people",
      by: "admin",
    },
    {
      title: t.stepTraining,
      why: t.stepTrainingWhy,
      done: identifiers.some((p) => (p.training?.length ?? 0) > 0),
      to: "/admin/organizations",
      by: "reviewer",
    },
    {
      title: t.stepDelegate,
      why: t.stepDelegateWhy,
      done: organizations.some((o) => (o.delegations?.length ?? 0) > 0),
      to: "/admin/organizations",
      by: "reviewer",
    },
    {
      title: t.stepSource,
      why: t.stepSourceWhy,
      done: (health.data.sources?.length ?? 0) > 0 || submitted.data === true,
      to: "/admin/sources",
      by: "admin",
    },
    {
      title: t.stepPoint,
      why: points.length > 0 && !heard ? t.stepPointSilent : t.stepPointWhy,
      done: heard,
      to: "/points",
      by: "executor",
    },
    {
      title: t.stepBlock,
      why: t.stepBlockWhy,
      done: listed.data === true,
      to: "/threats",
      by: "reviewer",
    },
  ];
  return { steps, error };
}

export default function Start() {
  const t = useTexts({ zh, en });
  const word = useWord();
  const { steps, error } = useSteps();
  const next = steps?.findIndex((s) => !s.done) ?? -1;
  return (
    <>
      <PageHead title={t.startTitle} purpose={t.startPurpose} help={t.startHelp} />
      {error && <ProblemView error={error} />}
      {!steps && !error && <Skeleton active />}
      {steps && next < 0 && <p role="status">{t.allDone}</p>}
      {steps && (
        <ol className="first-steps">
          {steps.map((step, i) => (
            <li key={step.title} aria-current={i === next ? "step" : undefined}>
              <span className={step.done ? "first-mark is-done" : "first-mark"}>
                {step.done ? "✓" : i + 1}
              </span>
              <div>
                <strong>{step.title}</strong>
                <p>{step.why}</p>
                <small>{step.done ? t.stepDone : t.stepBy(word(step.by))}</small>
              </div>
              <Link to={step.to}>
                <Button type={i === next ? "primary" : "default"} tabIndex={-1}>
                  {t.goThere}
                </Button>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
