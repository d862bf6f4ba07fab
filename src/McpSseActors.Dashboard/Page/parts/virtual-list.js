import { html, useEffect, useLayoutEffect, useRef, useState } from '../../Assets/vendor/htm-preact.js';

const SPARE = 6;

/**
 * A list of which only the rows in sight exist. The arrow keys move the selection.
 * @param {{
 *   label: string, count: number, rowHeight: number, selected: number,
 *   row: (index: number) => unknown, keyOf: (index: number) => string | number,
 *   onSelect: (index: number) => void, onScroll: (isAtTop: boolean) => void, toTop: number,
 * }} props selected: -1 for none; a change of toTop scrolls to the top
 */
export function VirtualList({ label, count, rowHeight, selected, row, keyOf, onSelect, onScroll, toTop }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [view, setView] = useState({ top: 0, height: 400 });
  const measure = () => list.current && setView({ top: list.current.scrollTop, height: list.current.clientHeight });
  useLayoutEffect(() => {
    const resized = new ResizeObserver(measure);
    if (list.current) resized.observe(list.current);
    return () => resized.disconnect();
  }, []);
  useEffect(() => {
    if (list.current) list.current.scrollTop = 0;
  }, [toTop]);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE);
  const end = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + SPARE);
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);

  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count });
    if (!(event.key in steps) || count === 0) return;
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, selected + steps[event.key]));
    onSelect(next);
    const element = list.current;
    if (!element) return;
    if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
    else if ((next + 1) * rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = (next + 1) * rowHeight - element.clientHeight;
  };

  return html`
    <div ref=${list} class="virtual-list" role="listbox" aria-label=${label} tabindex="0" onKeyDown=${move}
        aria-activedescendant=${selected >= first && selected < end ? `row-${keyOf(selected)}` : undefined}
        onScroll=${() => { measure(); onScroll((list.current?.scrollTop ?? 0) < rowHeight / 2); }}>
      <div role="presentation" style=${{ height: `${count * rowHeight}px` }}>
        <div role="presentation" style=${{ transform: `translateY(${first * rowHeight}px)` }}>
          ${indexes.map((index) => html`
            <div key=${keyOf(index)} id=${`row-${keyOf(index)}`} class="row" role="option" aria-selected=${index === selected} aria-posinset=${index + 1}
                aria-setsize=${count} onClick=${() => onSelect(index)}>${row(index)}</div>`)}
        </div>
      </div>
    </div>`;
}
