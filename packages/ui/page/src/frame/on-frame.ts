// Once a frame, however often something changes.

/** Makes a function that calls `work` with the next frame, once for all calls until then. A hidden page has no frames. */
export function onceAFrame(work: () => void): () => void {
  let isDue = false;
  const run = (): void => {
    isDue = false;
    work();
  };
  return () => {
    if (isDue) return;
    isDue = true;
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  };
}
