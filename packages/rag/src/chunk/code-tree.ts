// Source code as a tree of nodes: by a grammar of Lezer where there is one, else by indentation.
import { ModeshiftError } from '@modeshift/core';
import type { CodeLanguage } from './code-languages.ts';
import type { Span } from './document.ts';

/** A piece of code with what is in it. */
export interface CodeNode extends Span {
  readonly isComment: boolean;
  /** Of a definition: what it defines. */
  readonly name: string | undefined;
  children(): CodeNode[];
}

/** What of `@lezer/common` is used. */
interface SyntaxNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: SyntaxNode | null;
  readonly nextSibling: SyntaxNode | null;
  readonly parent: SyntaxNode | null;
}
interface Parser {
  parse(text: string): { readonly topNode: SyntaxNode };
}

/** A grammar: the package `@lezer/…` of that name. */
export type CodeGrammar = 'cpp' | 'go' | 'java' | 'javascript' | 'php' | 'python' | 'rust';

/** All grammars, in the order of their names. */
export const codeGrammars: readonly CodeGrammar[] = ['cpp', 'go', 'java', 'javascript', 'php', 'python', 'rust'];

type Parse = (text: string, language: CodeLanguage) => SyntaxNode;
const whole =
  ({ parser }: { readonly parser: Parser }): Parse =>
  text =>
    parser.parse(text).topNode;

const loaders: Readonly<Record<CodeGrammar, () => Promise<Parse>>> = {
  cpp: async () => whole(await import('@lezer/cpp')),
  go: async () => whole(await import('@lezer/go')),
  java: async () => whole(await import('@lezer/java')),
  javascript: async () => {
    const { parser } = await import('@lezer/javascript');
    const parsers: Partial<Record<CodeLanguage, Parser>> = {
      javascript: parser.configure({ dialect: 'jsx' }),
      jsx: parser.configure({ dialect: 'jsx' }),
      typescript: parser.configure({ dialect: 'ts' }),
      tsx: parser.configure({ dialect: 'ts jsx' }),
    };
    return (text, language) => parsers[language]!.parse(text).topNode;
  },
  php: async () => whole(await import('@lezer/php')),
  python: async () => whole(await import('@lezer/python')),
  rust: async () => whole(await import('@lezer/rust')),
};

/** Which grammar a language is read with. */
const grammarOf: Readonly<Partial<Record<CodeLanguage, CodeGrammar>>> = {
  ...{ c: 'cpp', cpp: 'cpp', go: 'go', java: 'java', javascript: 'javascript', jsx: 'javascript' },
  ...{ typescript: 'javascript', tsx: 'javascript', php: 'php', python: 'python', rust: 'rust' },
};

/** Makes trees; `undefined` for a language whose grammar is not loaded. */
export type ParseCode = (text: string, language: CodeLanguage) => CodeNode[] | undefined;

/**
 * Loads grammars: those that are named, or all that are installed.
 *
 * @throws ModeshiftError `unsupported` for one that is named and not installed.
 */
export async function loadGrammars(
  named: readonly CodeGrammar[] | undefined,
): Promise<{ readonly loaded: readonly CodeGrammar[]; readonly parse: ParseCode }> {
  const parsers = new Map<CodeGrammar, Parse>();
  for (const grammar of named ?? codeGrammars) {
    try {
      parsers.set(grammar, await loaders[grammar]());
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
      if (!named) continue;
      throw new ModeshiftError(
        { tag: 'unsupported', feature: `the grammar of ${grammar}` },
        `Cutting ${grammar} by syntax needs "@lezer/${grammar}": npm install @lezer/${grammar}.`,
        { cause: error },
      );
    }
  }
  const parse: ParseCode = (text, language) => {
    const grammar = grammarOf[language];
    const read = grammar && parsers.get(grammar);
    return read && childrenOf(read(text, language)).map(node => codeNode(text, node));
  };
  return { loaded: [...parsers.keys()].sort(), parse };
}

/** Definitions, and which of their direct children name them; declarators of C are looked into. */
const definitions =
  /^(?:(?:Function|Class|Method|Constructor|Interface|TypeAlias|Enum|Namespace|Record|AnnotationType|Trait|Variable|Property)Declaration|(?:Function|Class|Namespace|Macro)Definition|(?:Class|Struct|Enum|Union)Specifier|(?:Function|Struct|Enum|Union|Impl|Trait|Mod|Type)Item|(?:Function|Method)Decl|TypeSpec)$/;
const namers =
  /^(?:VariableDefinition|TypeDefinition|PropertyDefinition|PrivatePropertyDefinition|PropertyName|VariableName|Definition|Identifier|FieldIdentifier|ScopedIdentifier|TypeIdentifier|ScopedTypeIdentifier|GenericType|BoundIdentifier|DefName|FieldName|Name|OperatorName|DestructorName)$/;

function codeNode(text: string, node: SyntaxNode): CodeNode {
  const name = isDefinition(node) ? nameOf(text, node) : undefined;
  // A decorator before `export` is read as a class of its own without a name.
  const isMark =
    node.name === 'Decorator' ||
    node.name === 'Annotation' ||
    (definitions.test(node.name) && !name && text[node.from] === '@');
  return {
    start: node.from,
    end: node.to,
    isComment: isMark || node.name.includes('Comment'),
    name,
    children: () => childrenOf(node).map(child => codeNode(text, child)),
  };
}

/** A variable is one at the top, or where it holds a function or a class. */
function isDefinition(node: SyntaxNode): boolean {
  if (node.name !== 'VariableDeclaration') return definitions.test(node.name);
  const around = node.parent?.name === 'ExportDeclaration' ? node.parent.parent : node.parent;
  return !around?.parent || childrenOf(node).some(child => /^(?:Arrow|Function|Class)/.test(child.name));
}

function nameOf(text: string, node: SyntaxNode): string | undefined {
  const children = childrenOf(node);
  const named = children.filter(child => namers.test(child.name));
  // `impl Trait for Type` is known by its type, and what C defines by its declarator.
  const found = node.name === 'ImplItem' ? named.at(-1) : named[0];
  const declarator = children.find(child => /Declarator$/.test(child.name));
  if (declarator && !/^(?:Class|Struct|Enum|Union)/.test(node.name)) return nameOf(text, declarator);
  return found && text.slice(found.from, found.to);
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
