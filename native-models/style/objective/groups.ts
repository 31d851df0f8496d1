import { coverageOf, type Mask } from '../masks/mask.ts';
import type { PaintingOrder } from '../painter.ts';
import type { Picture } from '../picture.ts';

/** Styles that are mixed with one another in one place. */
export interface StyleGroup {
  /** Null: everywhere. */
  readonly mask: Mask | null;
  /** Share of the style loss; those of all groups sum to at most one. */
  readonly weight: number;
  /** The weights sum to one. */
  readonly styles: readonly { readonly picture: Picture; readonly weight: number }[];
}

/**
 * Styles without a mask are one group: statistics are mixed, as a painting cannot match several at
 * once. One with a mask is on its own and counts by the area that it is given, because the
 * statistics of a small area, being a mean, would pull each of its pixels the harder.
 */
export function groupStyles(styles: PaintingOrder['styles']): readonly StyleGroup[] {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const everywhere = styles.filter(({ mask }) => mask === null);
  const common = everywhere.reduce((sum, { weight }) => sum + weight, 0);
  const groups: StyleGroup[] = styles.flatMap(({ picture, mask, weight }) =>
    mask === null
      ? []
      : [
          {
            mask,
            weight: (weight / total) * coverageOf(mask),
            styles: [{ picture, weight: 1 }],
          },
        ],
  );
  if (everywhere.length === 0) return groups;
  const mixed = everywhere.map(({ picture, weight }) => ({ picture, weight: weight / common }));
  return [{ mask: null, weight: common / total, styles: mixed }, ...groups];
}
