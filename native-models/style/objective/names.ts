/** Names of inputs and outputs of the graphs that paint. */
export const IMAGE = 'image';
export const CONTENT = 'content';
export const STYLE = 'style';
/** What the content layer is to be. */
export const CONTENT_TARGET = 'content_target';

/** Gram matrices: what a group of styles is to have at a layer, or has. */
export const gramName = (group: number, layer: string): string => `gram_${group}_${layer}`;

/** What each position of a layer counts for a group. */
export const weightsName = (group: number, layer: string): string => `weights_${group}_${layer}`;
