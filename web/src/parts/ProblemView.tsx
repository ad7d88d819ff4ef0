// A refusal or a failure in the reader's language: what, why, which requirement, which request.
import { Alert, Button } from "antd";
import { asProblem } from "../api/problem";
import { useText, useTexts } from "../texts/use";
import { Facts } from "./Facts";
import { partsTexts } from "./texts";

interface Props {
  error: unknown;
  retry?: () => void;
  /** How the form calls a place in what it sent; empty: it does not know it. */
  placeOf?: (field: string) => string;
}

export function ProblemView({ error, retry, placeOf }: Props) {
  const t = useTexts(partsTexts);
  const text = useText();
  const problem = asProblem(error);
  const place = placeOf?.(problem.field);
  return (
    <Alert
      className="problem"
      type={problem.code === "forbidden" || problem.code === "refused" ? "warning" : "error"}
      showIcon
      role="alert"
      message={text(problem.title)}
      description={
        <>
          {text(problem.detail) && <p className="problem-detail">{text(problem.detail)}</p>}
          <Facts
            of={[
              [t.requirement, problem.rule && <code>{problem.rule}</code>],
              [t.field, place || (problem.field && <code>{problem.field}</code>)],
              [t.requestId, problem.requestId && <code>{problem.requestId}</code>],
            ]}
          />
        </>
      }
      action={retry && <Button onClick={retry}>{t.retry}</Button>}
    />
  );
}
