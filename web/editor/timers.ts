/** Time as an argument, so that tests need not wait. */
export interface Timers {
  /** Runs the task after so many milliseconds; the returned function calls it off. */
  after(ms: number, task: () => void): () => void;
}

export const browserTimers: Timers = {
  after(ms, task) {
    const id = window.setTimeout(task, ms);
    return () => window.clearTimeout(id);
  },
};
