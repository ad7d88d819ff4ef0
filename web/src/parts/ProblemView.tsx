// A refusal or a failure in the reader's language: what, why, which requirement, which request.
import { Alert, Button } from "antd";
import { asProblem } from "../api/problem";
import { useText, useTexts } from "../texts/use";
import { partsTexts } from "./texts";

export function ProblemView({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(partsTexts);
  const text = useText();
  const problem = asProblem(error);
  const facts: [string, string][] = [
    [t.requirement, problem.rule],
    [t.field, problem.field],
    [t.requestId, problem.requestId],
  ];
  return (
    <Alert
      type={problem.code === "forbidden" || problem.code === "refused" ? "warning" : "error"}
      showIcon
      role="alert"
      message={text(problem.title)}
      description={
        <>
          {text(problem.detail) && <p className="problem-detail">{text(problem.detail)}</p>}
          <dl className="facts">
            {facts
              .filter(([, value]) => value)
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </div>
              ))}
          </dl>
        </>
      }
      action={retry && <Button onClick={retry}>{t.retry}</Button>}
    />
  );
}
