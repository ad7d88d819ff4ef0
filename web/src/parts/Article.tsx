// A citation; its popover has the gist of the article from the hub's rule set.
import { Button, Popover, Spin } from "antd";
import { useState } from "react";
import { useArticle } from "../api/queries";
import { useText, useTexts } from "../texts/use";
import { ProblemView } from "./ProblemView";
import { partsTexts } from "./texts";

interface Props {
  article: string;
  /** The rule set of the fact; steps of the tables are those of the measures of 2017. */
  ruleSet?: string;
  requirement?: string;
}

/** `8(1)` is a paragraph of article 8. */
function numberOf(article: string): string {
  return article.replace(/\(.*$/, "");
}

function Gist({ ruleSet = "miit-202", article, requirement }: Props) {
  const t = useTexts(partsTexts);
  const text = useText();
  const { data, error, refetch } = useArticle(ruleSet, numberOf(article), true);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Spin aria-label={t.loading} />;
  return (
    <div className="article-gist">
      <strong>{t.articleOf(text(data.name), article)}</strong>
      {data.articles.map((one) => (
        <p key={one.number}>{text(one.gist)}</p>
      ))}
      <small>
        {data.document} {text(data.issuer)}
        {requirement && ` · ${requirement}`}
      </small>
    </div>
  );
}

export function Article(props: Props) {
  const t = useTexts(partsTexts);
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      destroyOnHidden
      content={<Gist {...props} />}
    >
      <Button
        type="link"
        size="small"
        className="article"
        aria-expanded={open}
        title={t.openArticle(props.article)}
      >
        {t.article(props.article)}
      </Button>
    </Popover>
  );
}
