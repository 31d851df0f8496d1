/** A picked file and where it lay below the folder that was picked. */
export interface FolderFile {
  /** `people/anna/1.jpg` */
  readonly path: string;
  readonly file: File;
}

export interface PhotoOfPerson extends FolderFile {
  readonly person: string;
}

export interface FolderPlan {
  readonly photos: readonly PhotoOfPerson[];
  /** Pictures that lie beside the people's folders, so that nobody knows whose they are. */
  readonly astray: readonly FolderFile[];
  /** Hidden files, and those whose names say that they are no pictures. */
  readonly ignored: readonly FolderFile[];
}

/** A file without an ending may be one: whoever reads it looks at its content. */
const PICTURE =
  /(?:\.(?:jpe?g|jpe|jfif|png|webp|avif|tiff?|gif|bmp|dib|hei[cf]|hif)|(?:^|\/)[^./]+)$/iu;

/**
 * Whose photo is whose: `root/person/…/photo.jpg`. A folder that holds nothing but photos is one
 * person's own.
 */
export function planFolder(files: readonly FolderFile[]): FolderPlan {
  const isPicture = ({ path }: FolderFile) => PICTURE.test(path) && !/(^|\/)\./u.test(path);
  const pictures = files.filter(isPicture);
  const flat = pictures.every(({ path }) => path.split('/').length <= 2);
  const personOf = (path: string) => path.split('/')[flat ? 0 : 1] ?? '';
  const isAstray = ({ path }: FolderFile) => !flat && path.split('/').length <= 2;
  return {
    photos: pictures
      .filter((file) => !isAstray(file))
      .map((file) => ({ ...file, person: personOf(file.path) }))
      .sort((a, b) => a.person.localeCompare(b.person) || a.path.localeCompare(b.path)),
    astray: pictures.filter(isAstray),
    ignored: files.filter((file) => !isPicture(file)),
  };
}
