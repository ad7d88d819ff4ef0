// A drawing in a frame that scrolls: it is made larger and smaller around what one looks at, and moved by
// pulling it.
import {
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

const LEAST = 0.2;
const MOST = 4;
const STEP = 1.25;
/** Less than this is a click with an unsteady hand. */
const PULL_PX = 4;

interface Spot {
  x: number;
  y: number;
}

/** A size between the least and the most. */
export function within(scale: number): number {
  return Math.min(MOST, Math.max(LEAST, scale));
}

/** Where the frame scrolls to, so that what lay at `spot` of the frame still lies there. */
export function scrolled(scroll: Spot, spot: Spot, ratio: number): Spot {
  return { x: (scroll.x + spot.x) * ratio - spot.x, y: (scroll.y + spot.y) * ratio - spot.y };
}

export interface Zoom {
  frame: RefObject<HTMLDivElement>;
  scale: number;
  larger(): void;
  smaller(): void;
  /** As wide as the frame, at most as drawn. */
  fit(): void;
  /** For the frame. */
  pull: {
    onPointerDown(e: PointerEvent): void;
    onPointerMove(e: PointerEvent): void;
    onPointerUp(): void;
    onPointerCancel(): void;
  };
}

/** `width`: of the drawing at its own size, in pixels. */
export function useZoom(width: number): Zoom {
  const frame = useRef<HTMLDivElement>(null);
  const [{ scale, spot }, set] = useState<{ scale: number; spot?: Spot }>({ scale: 1 });
  const drawn = useRef(1);
  const from = useRef<{ id: number; x: number; y: number }>();
  const by = (factor: number, spot: Spot) =>
    set((old) => ({ scale: within(old.scale * factor), spot }));
  const middle = (): Spot => ({
    x: (frame.current?.clientWidth ?? 0) / 2,
    y: (frame.current?.clientHeight ?? 0) / 2,
  });

  useLayoutEffect(() => {
    const element = frame.current;
    if (element && spot && drawn.current !== scale) {
      const now = { x: element.scrollLeft, y: element.scrollTop };
      const to = scrolled(now, spot, scale / drawn.current);
      element.scrollTo(to.x, to.y);
    }
    drawn.current = scale;
  }, [scale, spot]);

  useEffect(() => {
    const element = frame.current;
    // React's own wheel events cannot keep the page from being zoomed.
    const wheel = (e: WheelEvent) => {
      if (!element || !(e.ctrlKey || e.metaKey)) return;
      e.preventDefault();
      const box = element.getBoundingClientRect();
      const spot = { x: e.clientX - box.left, y: e.clientY - box.top };
      set((old) => ({ scale: within(old.scale * Math.exp(-e.deltaY / 300)), spot }));
    };
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, []);

  const release = () => {
    from.current = undefined;
  };
  return {
    frame,
    scale,
    larger: () => by(STEP, middle()),
    smaller: () => by(1 / STEP, middle()),
    fit: () =>
      set({
        scale: within(Math.min(1, (frame.current?.clientWidth ?? width) / width)),
        spot: middle(),
      }),
    pull: {
      onPointerDown: (e) => {
        // A finger scrolls by itself.
        if (e.pointerType === "mouse" && e.button === 0)
          from.current = { id: e.pointerId, x: e.clientX, y: e.clientY };
      },
      onPointerMove: (e) => {
        const element = frame.current;
        const begin = from.current;
        if (!element || !begin) return;
        const moved = { x: e.clientX - begin.x, y: e.clientY - begin.y };
        const pulling = element.hasPointerCapture(begin.id);
        if (!pulling && Math.hypot(moved.x, moved.y) < PULL_PX) return;
        // From here on it is no click on what lies below.
        if (!pulling) element.setPointerCapture(begin.id);
        element.scrollBy(-moved.x, -moved.y);
        from.current = { ...begin, x: e.clientX, y: e.clientY };
      },
      onPointerUp: release,
      onPointerCancel: release,
    },
  };
}
