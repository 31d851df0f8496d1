export const guide = {
  title: 'Welcome',
};
