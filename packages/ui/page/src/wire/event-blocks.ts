// Reads a stream of `data: {…}` blocks.

/** The messages of a response, as they come. Ends with the stream; throws where the connection breaks. */
export async function* eventBlocks(response: Response): AsyncGenerator<unknown> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) if (block.startsWith('data:')) yield JSON.parse(block.slice(5));
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
