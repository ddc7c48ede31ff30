// What the modes of the last comparison made stays at hand, so that a text can be tried in all of them.
import { ModeshiftError, type Solution } from '@modeshift/core';
import type { TextInput } from '@modeshift/data';
import { type ComparedModes, disposeModels, type TextMode } from './comparison.ts';

type TextSolution = Solution<TextInput, string>;

/** The solutions of one run. Those of another take their place. */
export class KeptSolutions {
  #run: string | undefined;
  #compared: ComparedModes = { modes: [], models: [] };
  #isComparing = false;
  readonly #solutions = new Map<string, TextSolution>();

  /**
   * Lets go of another run's solutions, and keeps those of this one from now on.
   *
   * @throws ModeshiftError `refused` while another run is being compared: its models are in use.
   */
  async begin(run: string, compared: ComparedModes): Promise<void> {
    if (this.#isComparing)
      throw new ModeshiftError(
        { tag: 'refused' },
        'A comparison is running. Try a text of another run when it has ended.',
      );
    await this.#take(run, compared);
  }

  /** The same for a comparison: from now until {@link endComparing} nobody takes its solutions away. */
  async beginComparing(run: string, compared: ComparedModes): Promise<void> {
    this.#isComparing = true;
    try {
      await this.#take(run, compared);
    } catch (error) {
      this.#isComparing = false;
      throw error;
    }
  }

  endComparing(): void {
    this.#isComparing = false;
  }

  async #take(run: string, compared: ComparedModes): Promise<void> {
    await this.release();
    this.#run = run;
    this.#compared = compared;
  }

  /** The modes of a run whose solutions are kept. */
  modes(run: string): readonly TextMode[] | undefined {
    return this.#run === run ? this.#compared.modes : undefined;
  }

  get(run: string, mode: string): TextSolution | undefined {
    return this.#run === run ? this.#solutions.get(mode) : undefined;
  }

  /** The same mode, whose solution is kept instead of being let go at the end of a comparison. */
  keeping(run: string, mode: TextMode): TextMode {
    return {
      name: mode.name,
      kind: mode.kind,
      ...(mode.model !== undefined && { model: mode.model }),
      solve: async (task, ctx) => {
        const solution = await mode.solve(task, ctx);
        if (this.#run !== run || ctx.signal?.aborted) return solution;
        this.#solutions.set(mode.name, solution);
        return {
          footprint: solution.footprint,
          predict: (input, context) => solution.predict(input, context),
          save: dir => solution.save(dir),
        };
      },
    };
  }

  async release(): Promise<void> {
    const [solutions, { models }] = [[...this.#solutions.values()], this.#compared];
    this.#run = undefined;
    this.#solutions.clear();
    this.#compared = { modes: [], models: [] };
    for (const solution of solutions) await solution.dispose?.();
    await disposeModels(models);
  }
}
