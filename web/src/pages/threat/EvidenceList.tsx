// Pieces of evidence: what, by whom, its hash checked in the browser, and a preview that runs
// nothing and asks for nothing.
import { Button, Skeleton } from "antd";
import { useEffect, useMemo, useState } from "react";
import type { Evidence } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useTexts, useWord } from "../../texts/use";
import { bytesOf, keep, previewOf, sha256 } from "./bytes";
import { Probe } from "./Probe";
import { useEvidence } from "./queries";
import { threatTexts } from "./texts";

const SHOWN = 20;

function Picture({ bytes, type, title }: PictureProps) {
  const t = useTexts(threatTexts);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return url ? <img className="preview-image" src={url} alt={t.picture(title)} /> : null;
}

interface PictureProps {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  title: string;
}

function Shown({ one, bytes }: { one: Evidence; bytes: Uint8Array<ArrayBuffer> }) {
  const t = useTexts(threatTexts);
  const preview = useMemo(() => previewOf(bytes, one.media_type ?? ""), [bytes, one.media_type]);
  switch (preview.as) {
    case "image":
      return <Picture bytes={bytes} type={preview.type} title={one.title ?? ""} />;
    case "probe":
      return <Probe probe={preview.probe} />;
    case "text":
      return (
        <>
          <pre className="preview-text" dir="auto">
            {preview.text}
          </pre>
          {preview.cut && <small>{t.cut}</small>}
        </>
      );
    default:
      return <p>{t.noPreview}</p>;
  }
}

function Digest({ bytes, digest }: { bytes: Uint8Array<ArrayBuffer>; digest: string }) {
  const t = useTexts(threatTexts);
  const [computed, setComputed] = useState<string | null>();
  useEffect(() => {
    sha256(bytes).then((hex) => setComputed(hex ?? null));
  }, [bytes]);
  const said = computed === null ? t.digestUnknown : computed === digest ? t.digestOk : t.digestBad;
  return (
    <small className="digest">
      {t.digest} <code>{digest}</code>
      {computed !== undefined && (
        <span className={computed && computed !== digest ? "digest-bad" : undefined}> {said}</span>
      )}
    </small>
  );
}

export { Digest };

export function Piece({ id, opened = false }: { id: string; opened?: boolean }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const format = useFormat();
  const [open, setOpen] = useState(opened);
  const { data: one, error, refetch } = useEvidence(id);
  const bytes = useMemo(() => one && bytesOf(one.content ?? "", one.binary ?? false), [one]);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!one || !bytes) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  return (
    <article className="piece" aria-label={one.title}>
      <div className="piece-head">
        <strong>{one.title}</strong>
        <span>{word(one.kind)}</span>
        <small>
          {one.media_type} · {format.number(bytes.length)} B
        </small>
        <small>
          {t.by} <Person id={one.by?.person} unit={one.by?.organization} />{" "}
          {format.dateTime(one.by?.at ?? "")}
        </small>
        <span className="piece-tools">
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t.hide : t.show}
          </Button>
          <Button size="small" onClick={() => keep(bytes, one.title || id)}>
            {t.save}
          </Button>
        </span>
      </div>
      <Digest bytes={bytes} digest={one.digest ?? ""} />
      {open && <Shown one={one} bytes={bytes} />}
    </article>
  );
}

export function EvidenceList({ ids }: { ids: string[] }) {
  const t = useTexts(threatTexts);
  const format = useFormat();
  const [shown, setShown] = useState(SHOWN);
  if (ids.length === 0) return <p className="case-hint">{t.noEvidence}</p>;
  return (
    <div className="pieces">
      {ids.slice(0, shown).map((id) => (
        <Piece key={id} id={id} />
      ))}
      {ids.length > shown && (
        <Button onClick={() => setShown(shown + SHOWN)}>
          {t.moreEvidence(format.number(Math.min(SHOWN, ids.length - shown)))}
        </Button>
      )}
    </div>
  );
}
