// Markdown with formulas, drawn by KaTeX. Loaded when the first formula is shown.
import ReactMarkdown, { type Options } from 'react-markdown';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import 'katex/dist/katex.min.css';

export default function MarkdownWithFormulas({ text, options }: { readonly text: string; readonly options: Options }) {
  return (
    <ReactMarkdown
      {...options}
      remarkPlugins={[...(options.remarkPlugins ?? []), [remarkMath, { singleDollarTextMath: false }]]}
      rehypePlugins={[...(options.rehypePlugins ?? []), [rehypeKatex, { throwOnError: false, strict: false }]]}
    >
      {text}
    </ReactMarkdown>
  );
}
