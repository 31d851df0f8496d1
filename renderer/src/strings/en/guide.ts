export const guide = {
  title: 'Whose face is it?',
  text: 'Likeness learns people from a few pictures and then knows them, in front of the camera and in photos. Begin with one of these.',
  camera: {
    title: 'Enrol yourself with the camera',
    text: 'Takes a few seconds. Look at the camera and give your name.',
  },
  folder: {
    title: 'Import a folder',
    text: 'One folder per person, with photos inside. Nothing is moved or changed.',
  },
  samples: {
    title: 'Try with sample photos',
    text: 'Meet people of the sample photos, then find them in a group.',
  },
  working: 'Getting to know the people of the samples …',
  private: 'Pictures and names stay on this machine.',
  skip: 'Look around first',
};
