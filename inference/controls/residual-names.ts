/**
 * The residuals among a ControlNet's outputs or a UNet's inputs, downward first and the middle's last. Exporters agree
 * on that order and on nothing else: down_block_res_samples.0, down_block_additional_residuals.0 and OnnxStack's
 * down_block_0_additional_residual are one.
 */
export function residualsIn(names: readonly string[]): string[] {
  const place = (name: string): number =>
    name.startsWith('mid') ? Number.POSITIVE_INFINITY : Number(/\d+/.exec(name)?.[0] ?? 0)
  return names
    .filter((name) => /^(?:down|mid)_block.*(?:residual|res_sample)/.test(name))
    .toSorted((a, b) => place(a) - place(b))
}
