/** Names of inputs and outputs of the graphs that paint. */
export const IMAGE = 'image';
export const CONTENT = 'content';
export const STYLE = 'style';
/** What the content layer is to be, or the picture whose it is. */
export const CONTENT_TARGET = 'content_target';
/** 1 where a position of the content layer belongs to the tile's core, else 0. */
export const CORE = 'core';

/** Gram matrices: what a group of styles is to have at a layer, or has. */
export const gramName = (group: number, layer: string): string => `gram_${group}_${layer}`;

/** What each position of a layer counts for a group. */
export const weightsName = (group: number, layer: string): string => `weights_${group}_${layer}`;

/** ∂J by a Gram matrix. */
export const pullName = (group: number, layer: string): string => `pull_${group}_${layer}`;
