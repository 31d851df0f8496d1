/** Runs a stepper to its end. */
export function finish<Step, Result>(
  stepper: Generator<Step, Result>,
): { readonly value: Result; readonly steps: readonly Step[] } {
  const steps: Step[] = [];
  for (;;) {
    const { done, value } = stepper.next();
    if (done === true) return { value, steps };
    steps.push(value);
  }
}
