import { plural } from '../plural.ts';

export const guide = {
  title: 'Whose face is it?',
  text: 'Likeness learns people from a few pictures and then knows them, in front of the camera and in photos. It also paints photos in the style of other pictures. Start with one of these.',
  camera: {
    title: 'Enroll yourself with the camera',
    text: 'Takes a few seconds. Look at the camera and give your name.',
  },
  folder: {
    title: 'Import a folder',
    text: 'One folder per person, with photos inside. Nothing is moved or changed.',
  },
  samples: {
    title: 'Try with sample photos',
    text: 'See people from the sample photos found in a group. You can remove them at once.',
  },
  paint: {
    title: 'Paint a photo',
    text: 'Give a photo the look of a painting, a drawing or any other picture.',
  },
  sampleBanner: {
    label: 'Sample people',
    text: (count: number) =>
      plural(count, {
        one: '# person here comes from the sample photos.',
        other: '# people here come from the sample photos.',
      }),
    remove: 'Remove sample people',
    removed: (count: number) =>
      plural(count, { one: '# sample person removed', other: '# sample people removed' }),
  },
  working: 'Learning the people in the sample photos …',
  private: 'Pictures and names stay on this machine.',
  skip: 'Look around first',
};
