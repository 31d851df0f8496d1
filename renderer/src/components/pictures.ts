/** What the pickers offer and the drop targets take. */
export const PICTURE_TYPES = 'image/jpeg,image/png,image/webp,image/avif,image/tiff,image/gif';

const NAMES = /\.(jpe?g|png|webp|avif|tiff?|gif)$/iu;

/** Some systems give files of a known name no type. */
export const isPicture = (file: { type: string; name: string }): boolean =>
  file.type.startsWith('image/') || NAMES.test(file.name);

/** The pictures of a drop or a paste, in their order. */
export function picturesOf(data: DataTransfer | null): readonly File[] {
  return data === null ? [] : [...data.files].filter(isPicture);
}
