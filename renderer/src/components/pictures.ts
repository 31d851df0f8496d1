/** What the pickers offer; HEIC by its endings as well, as most systems have no type for it. */
export const PICTURE_TYPES =
  'image/jpeg,image/png,image/webp,image/avif,image/tiff,image/gif,image/bmp,image/heic,.heic,.heif';

const NAMES = /\.(jpe?g|png|webp|avif|tiff?|gif|bmp|hei[cf])$/iu;

/** Some systems give files of a known name no type. */
export const isPicture = (file: { type: string; name: string }): boolean =>
  file.type.startsWith('image/') || NAMES.test(file.name);

/** The pictures of a drop or a paste, in their order. */
export const picturesOf = (data: DataTransfer | null): readonly File[] =>
  [...(data?.files ?? [])].filter(isPicture);

/** The files of a drop or a paste that are something else. */
export const othersOf = (data: DataTransfer | null): readonly File[] =>
  [...(data?.files ?? [])].filter((file) => !isPicture(file));
