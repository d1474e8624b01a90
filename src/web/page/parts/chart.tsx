import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';

export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly edge: string;
  readonly accent: string;
  readonly accentGround: string;
  readonly line: string;
  readonly names: readonly string[];
}

interface Props {
  readonly label: string;
  /** By what the plot is drawn again when it changes. */
  readonly data: uPlot.AlignedData;
  readonly options: (palette: Palette) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly height?: number;
  /** Called with the place of the point that was clicked. */
  readonly onPick?: (place: number) => void;
}

/** A plot by uPlot in the page's colours, as wide as there is room. */
export function Chart({ label, data, options, height = 260, onPick }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  useEffect(() => {
    const element = frame.current!;
    const plot = new uPlot({ ...options(palette()), width: Math.max(240, element.clientWidth), height }, data, element);
    const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(240, element.clientWidth), height }));
    resized.observe(element);
    const picked = () => plot.cursor.idx != null && onPick?.(plot.cursor.idx);
    if (onPick) plot.over.addEventListener('click', picked);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [data, options, height, scheme, onPick]);
  return <div class="chart" ref={frame} role="img" aria-label={label} />;
}

/** Axes as every plot has them. */
export function axis(palette: Palette, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: palette.faint,
    grid: { stroke: palette.edge, width: 1 },
    ticks: { stroke: palette.edge, width: 1 },
    font: '11px system-ui, sans-serif',
    labelFont: '11px system-ui, sans-serif',
    labelSize: 18,
    ...more,
  };
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of('ink'),
    faint: of('faint'),
    edge: of('edge'),
    accent: of('accent'),
    accentGround: of('accent-ground'),
    line: of('line'),
    names: [0, 1, 2, 3, 4, 5].map((place) => of(`k${place}`)),
  };
}

/** Whether it is dark; whoever asks is drawn again when that changes. */
export function useScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}
