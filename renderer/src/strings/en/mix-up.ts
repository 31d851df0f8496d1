/** A face is not the person it was taken for. */
export const mixUp = {
  reject: (name: string) => `This is not ${name}`,
  rejected: (name: string) => `Noted. Such a face is not taken for ${name} again.`,
  contradiction: (name: string) =>
    `It is nearer to a photo of ${name} than other photos of ${name} are: look whether one of them shows somebody else.`,
  takeBack: 'Undo',
  takenBack: (name: string) => `Taken back. Such a face may be ${name}.`,
};
