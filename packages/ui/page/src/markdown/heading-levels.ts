// Headings of a text stand below the heading that the text stands under, and never skip a level, whatever the text does.
// Source: WCAG 2.2, technique G141.

interface Node {
  readonly type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  readonly children?: readonly Node[];
}

/** A rehype plugin: the text's own levels become `first` and those that follow it, up to 6; a class keeps how large they are. */
export function headingLevels({ first }: { readonly first: number }) {
  return (tree: Node): void => {
    const open: number[] = [];
    const walk = (node: Node): void => {
      const level = Number(/^h([1-6])$/.exec(node.tagName ?? '')?.[1]);
      if (level) {
        while (open.length > 0 && open.at(-1)! >= level) open.pop();
        open.push(level);
        node.tagName = `h${Math.min(6, first + open.length - 1)}`;
        node.properties = { ...node.properties, className: [`heading-${level}`] };
      }
      node.children?.forEach(walk);
    };
    walk(tree);
  };
}
