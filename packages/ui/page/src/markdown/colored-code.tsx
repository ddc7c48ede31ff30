// Code in colours. Loaded when the first code is shown.
import { common, createLowlight } from 'lowlight';
import { createElement, type ReactNode, useMemo } from 'react';

const lowlight = createLowlight(common);

type Tree = ReturnType<typeof lowlight.highlight>;

export default function ColoredCode({ text, language }: { readonly text: string; readonly language: string }) {
  const colored = useMemo(
    () => (lowlight.registered(language) ? elementsOf(lowlight.highlight(language, text).children) : text),
    [text, language],
  );
  return <code>{colored}</code>;
}

/** The tree holds text and spans with classes. */
function elementsOf(nodes: Tree['children']): ReactNode[] {
  return nodes.map((node, i) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const className = ((node.properties.className as readonly string[] | undefined) ?? []).join(' ');
    return createElement('span', { key: i, className }, ...elementsOf(node.children));
  });
}
