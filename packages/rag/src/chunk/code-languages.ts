// Which programming language a file is in, by the end of its name.

/** How blocks of a language are told apart where its grammar is not at hand. */
export type CodeLanguage =
  | 'bash'
  | 'c'
  | 'cpp'
  | 'csharp'
  | 'css'
  | 'dart'
  | 'elixir'
  | 'go'
  | 'haskell'
  | 'java'
  | 'javascript'
  | 'jsx'
  | 'kotlin'
  | 'lua'
  | 'perl'
  | 'php'
  | 'proto'
  | 'python'
  | 'r'
  | 'ruby'
  | 'rust'
  | 'scala'
  | 'sql'
  | 'swift'
  | 'terraform'
  | 'toml'
  | 'tsx'
  | 'typescript'
  | 'yaml'
  | 'zig';

const byEnd: Readonly<Record<string, CodeLanguage>> = {
  ...{
    sh: 'bash',
    bash: 'bash',
    zsh: 'bash',
    c: 'c',
    h: 'c',
    cc: 'cpp',
    cpp: 'cpp',
    cxx: 'cpp',
    hpp: 'cpp',
    hh: 'cpp',
  },
  ...{ cs: 'csharp', css: 'css', scss: 'css', less: 'css', dart: 'dart', ex: 'elixir', exs: 'elixir', go: 'go' },
  ...{ hs: 'haskell', java: 'java', js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'jsx', kt: 'kotlin' },
  ...{ kts: 'kotlin', lua: 'lua', pl: 'perl', pm: 'perl', php: 'php', proto: 'proto', py: 'python', pyi: 'python' },
  ...{ r: 'r', rb: 'ruby', rs: 'rust', scala: 'scala', sql: 'sql', swift: 'swift', tf: 'terraform', toml: 'toml' },
  ...{ ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'tsx', yaml: 'yaml', yml: 'yaml', zig: 'zig' },
};

/** The language of a file; `undefined` where it is no code, or of a language that is not known. */
export function codeLanguage(name: string): CodeLanguage | undefined {
  const end = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(byEnd, end) ? byEnd[end] : undefined;
}
