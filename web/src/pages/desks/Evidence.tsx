// Pieces of evidence as they were handed in; text is shown and never made a link.
import { Button, Skeleton } from "antd";
import { useFormat } from "../../base/format";
import { save } from "../../base/save";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useTexts } from "../../texts/use";
import { type Evidence as Piece, useEvidence } from "./documents";
import { deskTexts } from "./texts";

const SHOWN_CHARACTERS = 20_000;

function keep(piece: Piece) {
  const bytes = Uint8Array.from(atob(piece.content ?? ""), (c) => c.charCodeAt(0));
  // Never opened here, whatever it says it is.
  save(new Blob([bytes], { type: "application/octet-stream" }), piece.title || "evidence");
}

function OnePiece({ id }: { id: string }) {
  const t = useTexts(deskTexts);
  const format = useFormat();
  const { data, error, refetch } = useEvidence(id);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  return (
    <div className="desk-note">
      <strong>{data.title}</strong>{" "}
      <small>
        <Person id={data.by?.person} unit={data.by?.organization} />{" "}
        {format.dateTime(data.by?.at ?? "")}
      </small>
      {data.binary ? (
        <p>
          <small>
            {data.media_type} · {t.digest} <code>{data.digest?.slice(0, 16)}</code>
          </small>{" "}
          <Button size="small" onClick={() => keep(data)}>
            {t.download}
          </Button>
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <pre tabIndex={0}>{data.content?.slice(0, SHOWN_CHARACTERS)}</pre>
      )}
    </div>
  );
}

export function EvidenceList({ ids }: { ids: string[] | undefined }) {
  const t = useTexts(deskTexts);
  if (!ids?.length) return <small>{t.noEvidence}</small>;
  return ids.map((id) => <OnePiece key={id} id={id} />);
}
